"""Params of k-means in a subspace."""

from typing import Literal

from pydantic import Field

from clustering.params.artifacts import OF_SUBSPACES
from clustering.params.base import ClusterParams


class SubKMeansParams(ClusterParams):
    """k-means in the directions in which the clusters differ; a rotated space of noise takes the others."""

    title = "SubKmeans"
    paper = "Mautz, Ye, Plant, Böhm. Towards an Optimal Subspace for K-Means. KDD 2017."
    supports = frozenset({"predict", "decode", "prototypes"})
    artifacts = OF_SUBSPACES

    method: Literal["subkmeans"] = "subkmeans"
    n_init: int = Field(10, ge=1, le=1000, description="Starts, of which the one of least cost is kept.")
    max_iter: int = Field(300, ge=1, le=100_000, description="Iterations of one start.")
