"""Params of DivClust over PICA."""

from typing import Literal

from pydantic import Field

from clustering.params.diversity import PAPER, DiverseParams
from clustering.params.pairing import PartitioningParams


class DivClustPICAParams(PartitioningParams, DiverseParams):
    """DivClust over PICA: many clusterings that differ as much as is asked for.

    The defaults are those of the two papers for CIFAR-10, without an auxiliary head.
    """

    title = "DivClust (PICA)"
    paper = PAPER + "PICA."

    method: Literal["divclust_pica"] = "divclust_pica"
    over_clusters: int | None = Field(
        None,
        ge=2,
        le=10_000,
        description="Clusters of auxiliary heads that are trained on the same features; null has none.",
    )
