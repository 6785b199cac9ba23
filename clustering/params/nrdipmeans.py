"""Params of NrDipMeans."""

from typing import Literal

from pydantic import Field

from clustering.params.artifacts import OF_SUBSPACES
from clustering.params.base import MethodParams


class NrDipMeansParams(MethodParams):
    """A given number of clusterings, each with as many clusters as show a single mode. Experimental."""

    title = "NrDipMeans"
    paper = (
        "Mautz, Ye, Plant, Böhm. Non-Redundant Subspace Clusterings with Nr-Kmeans and Nr-DipMeans. "
        "TKDD 2020."
    )
    supports = frozenset({"predict", "decode", "prototypes"})
    artifacts = OF_SUBSPACES

    method: Literal["nrdipmeans"] = "nrdipmeans"
    n_spaces: int = Field(2, ge=1, le=100, description="Number of clusterings.")
    max_clusters: int | None = Field(
        None, ge=2, le=10_000, description="Most clusters of a clustering; null: as many as samples."
    )
    max_iter: int = Field(300, ge=1, le=100_000, description="Iterations of one start.")
