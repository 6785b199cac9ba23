"""Params of AutoNR, and of its search wherever one is made. Imports without torch."""

from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from clustering.params.artifacts import OF_SEARCH, OF_SUBSPACES
from clustering.params.base import MethodParams, Told


class SearchParams(BaseModel):
    """How the number of clusterings and of their clusters is searched."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    repetitions: int = Field(
        15, ge=1, le=1000, description="Random starts of an attempt; the shortest description is kept."
    )
    max_spaces: int | None = Field(
        None,
        ge=2,
        le=10_000,
        description="Most clusterings, counting the space of noise; never more than dimensions, and as many "
        "if null.",
    )
    max_clusters: int | None = Field(
        None, ge=2, le=10_000, description="Most clusters of a clustering; null: as many as samples."
    )
    outliers: bool = Field(
        True,
        description="Whether a sample that is cheaper to describe by itself than by its cluster is an "
        "outlier of that clustering, labeled -1.",
    )
    mdl_for_noise_space: bool = Field(
        True,
        description="Whether the length of the description, not the scatter alone, says how many directions "
        "a clustering takes from the space of noise.",
    )
    max_iter: int = Field(300, ge=1, le=100_000, description="Iterations of one start.")


class AutoNRParams(MethodParams, SearchParams):
    """As many clusterings, each with as many clusters, as make the description of the samples shortest."""

    title = "AutoNR"
    paper = (
        "Leiber, Mautz, Plant, Böhm. Automatic Parameter Selection for Non-Redundant Clustering. SDM 2022."
    )
    supports = frozenset({"predict", "decode", "prototypes"})
    artifacts: ClassVar[Told] = {**OF_SUBSPACES, "search": OF_SEARCH}

    method: Literal["autonr"] = "autonr"
