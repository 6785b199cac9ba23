"""Params of IIC."""

from typing import Literal

from pydantic import Field

from clustering.params.pairing import InformingParams


class IICParams(InformingParams):
    """Invariant Information Clustering: clusters that tell most of those of a perturbed view.

    The defaults are those of the paper for CIFAR-10.
    """

    title = "IIC"
    paper = (
        "Ji, Henriques, Vedaldi. Invariant Information Clustering for Unsupervised Image Classification and "
        "Segmentation. ICCV 2019."
    )

    method: Literal["iic"] = "iic"
    sub_heads: int = Field(
        5,
        ge=1,
        le=100,
        description="Heads of each kind; the one with the lowest loss gives the clusters, the others follow.",
    )

    @property
    def count(self) -> int:
        return self.sub_heads

    @property
    def auxiliary(self) -> int:
        return self.sub_heads
