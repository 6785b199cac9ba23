"""Params of non-redundant k-means."""

from typing import Annotated, Literal

from pydantic import Field, field_validator

from clustering.params.artifacts import OF_SUBSPACES
from clustering.params.base import MethodParams


class NrKMeansParams(MethodParams):
    """Several k-means clusterings at once, each in directions of its own of the rotated space."""

    title = "NrKmeans"
    paper = (
        "Mautz, Ye, Plant, Böhm. Discovering Non-Redundant K-means Clusterings in Optimal Subspaces. "
        "KDD 2018."
    )
    supports = frozenset({"predict", "decode", "prototypes"})
    artifacts = OF_SUBSPACES

    method: Literal["nrkmeans"] = "nrkmeans"
    n_clusters: tuple[Annotated[int, Field(ge=1, le=10_000)], ...] = Field(
        min_length=1,
        max_length=100,
        description="Clusters of each clustering. A 1 at the end asks for a space of noise, which takes the "
        "directions that no clustering needs and is none itself.",
    )
    n_init: int = Field(
        10, ge=1, le=1000, description="Starts, of which the one of least cost, or description, is kept."
    )
    max_iter: int = Field(300, ge=1, le=100_000, description="Iterations of one start.")
    outliers: bool = Field(
        False,
        description="Whether a sample that is cheaper to describe by itself than by its cluster is an "
        "outlier of that clustering, labeled -1.",
    )
    mdl_for_noise_space: bool = Field(
        False,
        description="Whether the length of the description, not the scatter alone, says how many directions "
        "a clustering takes from the space of noise.",
    )

    @field_validator("n_clusters")
    @classmethod
    def _noise_is_last(cls, n_clusters: tuple[int, ...]) -> tuple[int, ...]:
        if 1 in n_clusters[:-1] or n_clusters == (1,):
            met = list(n_clusters)
            raise ValueError(f"only the last of several may be 1, the space of noise; met {met}")
        return n_clusters
