"""Params of DivClust over IIC."""

from typing import Literal

from pydantic import Field

from clustering.params.diversity import PAPER, DiverseParams
from clustering.params.pairing import InformingParams


class DivClustIICParams(InformingParams, DiverseParams):
    """DivClust over Invariant Information Clustering (IIC): many clusterings that differ as much as is asked.

    The defaults are those of the two papers for CIFAR-10, without auxiliary heads.
    """

    title = "DivClust (IIC)"
    paper = PAPER + "IIC."

    method: Literal["divclust_iic"] = "divclust_iic"
    epochs: int = Field(1000, ge=1, le=100_000, description="Epochs of training.")
    passes: int = Field(
        1,
        ge=1,
        le=100,
        description="Passes over the samples an epoch that train the other heads, thereafter.",
    )
    over_clusters: int | None = Field(
        None,
        ge=2,
        le=10_000,
        description="Clusters of auxiliary heads that are trained on the same features; null has none.",
    )
