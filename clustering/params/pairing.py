"""What the params of IIC's and PICA's trainings share, over one head or many. Imports without torch."""

from typing import Literal

from pydantic import Field

from clustering.params.augment import AnyAugment, SimclrAugment, WindowAugment
from clustering.params.heads import HeadsParams
from clustering.params.nets import AnyTrunk, ResidualTrunk


class PairingParams(HeadsParams):
    """Params of a training that compares samples with perturbed ones, head after head."""

    net: AnyTrunk = Field(
        ResidualTrunk(stem="pooled"),
        description="The network's architecture; its features are the embedding.",
    )
    sobel: Literal["off", "edges", "edges_and_colors"] = Field(
        "edges",
        description="What the network sees: the views; the two slopes of their brightness; or both.",
    )
    anchor: WindowAugment | None = Field(
        WindowAugment(),
        description="The view that perturbed ones are compared with; where nothing is trained, it is the "
        "window of the same side in the middle. null is the whole image.",
    )
    repeats: int = Field(3, ge=1, le=16, description="Perturbed views of each sample in a batch.")
    over_clusters: int | None = Field(
        70,
        ge=2,
        le=10_000,
        description="Clusters of auxiliary heads that are trained on the same features; null has none.",
    )
    over_passes: int = Field(
        1, ge=1, le=100, description="Passes over the samples an epoch that train the auxiliary heads."
    )
    passes: int = Field(
        1,
        ge=1,
        le=100,
        description="Passes over the samples an epoch that train the other heads, thereafter.",
    )

    @property
    def over(self) -> int | None:
        return self.over_clusters

    @property
    def auxiliary(self) -> int:
        """Auxiliary heads, where there are any."""
        return 1


class InformingParams(PairingParams):
    """Params of IIC's training. The defaults are those of the IIC paper for CIFAR-10."""

    batch_size: int = Field(220, ge=2, le=65_536, description="Samples a step.")
    augment: AnyAugment = Field(
        WindowAugment(flip=0.5, brightness=0.4, contrast=0.4, saturation=0.4, hue=0.125),
        description="Perturbed views of images.",
    )
    epochs: int = Field(2000, ge=1, le=100_000, description="Epochs of training.")
    passes: int = Field(
        2,
        ge=1,
        le=100,
        description="Passes over the samples an epoch that train the other heads, thereafter.",
    )
    marginal_weight: float = Field(
        1.0, ge=0, le=100, description="Weight λ of the entropies of clusters in the information."
    )


class PartitioningParams(PairingParams):
    """Params of PICA's training. The defaults are those of the PICA paper for CIFAR-10."""

    scale: Literal["auto", "none", "unit", "standard"] = Field(
        "standard",
        description="How inputs are scaled before fitting. none: as they are; unit: the whole range of the "
        "data to [0, 1], of bytes from 0 to the largest; standard: zero mean and unit variance for each "
        "color channel; auto: to [0, 1].",
    )
    anchor: WindowAugment | None = Field(
        WindowAugment(sides=(25.6,)),
        description="The view that perturbed ones are compared with; where nothing is trained, it is the "
        "window of the same side in the middle. null is the whole image.",
    )
    augment: AnyAugment = Field(
        SimclrAugment(min_area=0.2, jitter=1.0, saturation=0.4, hue=0.4, solarize=0.0),
        description="Perturbed views of images.",
    )
    epochs: int = Field(200, ge=1, le=100_000, description="Epochs of training.")
    balance_weight: float = Field(
        2.0, ge=0, le=1000, description="Weight λ of what the entropy of cluster sizes lacks to the largest."
    )
