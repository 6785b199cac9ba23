"""Params of U-SPEC."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field

from clustering.params.base import ClusterParams, Told
from clustering.params.problem import Problem

USUAL = 1000


class USpecParams(ClusterParams):
    """Spectral clustering through representatives, in memory and time linear in the number of samples."""

    title = "U-SPEC"
    paper = (
        "Huang, Wang, Wu, Lai, Kwoh. Ultra-Scalable Spectral Clustering and Ensemble Clustering. IEEE "
        "Transactions on Knowledge and Data Engineering, 2020."
    )
    supports = frozenset({"predict", "decode", "prototypes", "resume"})
    artifacts: ClassVar[Told] = {
        "spectrum": "The leading eigenvalues of the cut, one more than clusters, the width of the kernel "
        "(`sigma`) and the number of representatives.",
    }

    method: Literal["uspec"] = "uspec"
    representatives: int | None = Field(
        None,
        ge=2,
        le=20_000,
        description="Representatives that stand for the samples, at least as many as clusters and at most as "
        "many as samples. Null takes 1,000, or a quarter of the samples where that is fewer.",
    )
    candidates: int = Field(
        10, ge=1, le=1000, description="Random samples for each representative, which are centers of them."
    )
    neighbors: int = Field(
        5, ge=1, le=1000, description="Nearest representatives that a sample is joined to; all if fewer."
    )
    search: Literal["auto", "exact", "approximate"] = Field(
        "auto",
        description="How they are found. exact: by all distances; approximate: in the nearest group of "
        "representatives and around; auto: exact up to fifty million distances.",
    )
    exact_scale: bool = Field(
        False,
        description="Whether the eigenvectors are scaled as the normalized cut of the whole graph has them, "
        "which the paper leaves out.",
    )
    n_init: int = Field(3, ge=1, le=1000, description="Starts of k-means on the eigenvectors.")
    max_iter: int = Field(100, ge=1, le=100_000, description="Iterations of one start.")

    def count(self, n: int) -> int:
        """Representatives of n samples."""
        return self.representatives or usual_representatives(n, self.n_clusters)


def usual_representatives(n: int, k: int) -> int:
    """Representatives of n samples in k clusters, if nobody says how many."""
    return min(n, max(k, min(USUAL, n // 4)))


def uspec_problems(params: USpecParams, n: int) -> Iterator[Problem]:
    """All reasons why n samples cannot have these representatives."""
    p, k = params.representatives, params.n_clusters
    if p is not None and p > n:
        message = f"{p} representatives need at least as many samples; the data set has {n}."
        yield Problem("/representatives", "too_few_samples", message, {"maximum": n})
    if p is not None and p < k:
        message = f"{k} clusters need at least as many representatives; met {p}."
        yield Problem("/representatives", "too_few_representatives", message, {"minimum": k})
