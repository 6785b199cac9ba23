"""Params of NrDipMeans, and of its search wherever one is made. Imports without torch."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from clustering.params.artifacts import OF_SUBSPACES
from clustering.params.base import MethodParams


class DipSearchParams(BaseModel):
    """How the clusters of a given number of clusterings are searched."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    n_spaces: int = Field(2, ge=1, le=100, description="Number of clusterings.")
    max_clusters: int | None = Field(
        None, ge=2, le=10_000, description="Most clusters of a clustering; null: as many as samples."
    )
    max_iter: int = Field(300, ge=1, le=100_000, description="Iterations of one start.")


class NrDipMeansParams(MethodParams, DipSearchParams):
    """A given number of clusterings, each with as many clusters as show a single mode. Experimental."""

    title = "NrDipMeans"
    paper = (
        "Mautz, Ye, Plant, Böhm. Non-Redundant Subspace Clusterings with Nr-Kmeans and Nr-DipMeans. "
        "TKDD 2020."
    )
    supports = frozenset({"predict", "decode", "prototypes"})
    artifacts = OF_SUBSPACES

    method: Literal["nrdipmeans"] = "nrdipmeans"
