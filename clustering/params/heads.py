"""What the params of methods share whose clusters are softmax heads over a network. Imports without torch."""

from typing import ClassVar, Literal

from pydantic import Field

from clustering.params.augment import AnyAugment, SimclrAugment
from clustering.params.base import ClusterParams, Told
from clustering.params.nets import AnyTrunk, ResidualTrunk
from clustering.params.training import AdamOptimizer, AnyOptimizer, Schedule


class HeadsParams(ClusterParams):
    """Params of a method whose clusters are the classes of softmax heads, trained on views of images."""

    supports = frozenset({"soft", "predict", "resume", "augment"})
    accepts = frozenset({"images"})
    fewer_than_samples = True
    trains_a_net = True
    artifacts: ClassVar[Told] = {
        "heads": "Of several heads, a row each: its loss over all samples at the end, its clusters with "
        "samples and its mean confidence.",
    }

    net: AnyTrunk = Field(
        ResidualTrunk(), description="The network's architecture; its features are the embedding."
    )
    input_size: int | None = Field(
        None,
        ge=4,
        le=1024,
        description="Side to which images are brought on the device before anything else; null leaves them.",
    )
    sobel: Literal["off", "edges", "edges_and_colors"] = Field(
        "off",
        description="What the network sees: the views; the two slopes of their brightness; or both.",
    )
    batch_size: int = Field(256, ge=2, le=65_536, description="Samples a step.")
    augment: AnyAugment = Field(SimclrAugment(), description="Random views of images.")
    precision: Literal["auto", "float32", "bfloat16"] = Field(
        "float32",
        description="Number format of the products of the network behind the heads; auto takes bfloat16 "
        "where the hardware has it.",
    )
    epochs: int = Field(1000, ge=1, le=100_000, description="Epochs of training.")
    lr: float = Field(1e-4, gt=0, le=1, description="Learning rate.")
    optimizer: AnyOptimizer = Field(AdamOptimizer(), description="Who descends.")
    schedule: Schedule = Field(Schedule(), description="How the learning rate goes over the epochs.")
    clip_norm: float | None = Field(
        None, gt=0, le=1e6, description="Largest L2 norm of the gradient; null leaves it as it is."
    )
    observe_every: int = Field(
        10,
        ge=0,
        le=100_000,
        description="Epochs from one look at the clusters of every head (label change, silhouette) to the "
        "next; 0 never looks.",
    )

    @property
    def has_batch_norms(self) -> bool:
        return True

    @property
    def count(self) -> int:
        """Heads that find the clusters asked for."""
        return 1

    @property
    def head_hidden(self) -> tuple[int, ...]:
        """Widths of a head's hidden layers."""
        return ()

    @property
    def over(self) -> int | None:
        """Clusters of the heads that are trained beside and find more."""
        return None
