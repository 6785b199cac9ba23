"""What the params of CC's training share, over one head or many. Imports without torch."""

from pydantic import Field

from clustering.params.augment import AnyAugment, SimclrAugment
from clustering.params.heads import HeadsParams
from clustering.params.nets import Width


class ContrastingParams(HeadsParams):
    """Params of CC's training: two views of each sample, contrasted as samples and as clusters.

    The defaults are those of the CC paper for CIFAR-10.
    """

    input_size: int | None = Field(
        224,
        ge=4,
        le=1024,
        description="Side to which images are brought on the device before anything else; null leaves them.",
    )
    augment: AnyAugment = Field(
        SimclrAugment(saturation=0.4, solarize=0.0), description="Random views of images, two of each sample."
    )
    lr: float = Field(3e-4, gt=0, le=1, description="Learning rate.")
    projector: tuple[Width, ...] = Field(
        (512, 128),
        min_length=1,
        max_length=8,
        description="Widths from the features to the projection, on which samples are contrasted.",
    )
    hidden: tuple[Width, ...] = Field(
        (512,), max_length=8, description="Widths of the hidden layers of each head."
    )
    temperature: float = Field(0.5, gt=0, le=100, description="Of the similarities of samples.")
    cluster_temperature: float = Field(1.0, gt=0, le=100, description="Of the similarities of clusters.")

    @property
    def head_hidden(self) -> tuple[int, ...]:
        return self.hidden
