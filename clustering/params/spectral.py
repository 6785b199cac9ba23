"""Params of spectral clustering."""

from typing import Literal

from pydantic import Field

from clustering.params.base import ClusterParams


class SpectralParams(ClusterParams):
    """k-means on the leading eigenvectors of a neighborhood graph's normalized Laplacian."""

    title = "Spectral clustering"
    paper = "Ng, Jordan, Weiss. On Spectral Clustering: Analysis and an Algorithm. NIPS 2001."
    supports = frozenset({"decode", "prototypes"})
    max_samples = 20_000
    fewer_than_samples = True

    method: Literal["spectral"] = "spectral"
    affinity: Literal["nearest_neighbors", "rbf"] = Field(
        "nearest_neighbors", description="Edges to nearest neighbors, or a Gaussian kernel between all pairs."
    )
    n_neighbors: int = Field(10, ge=1, le=1000, description="Neighbors of a sample, for nearest_neighbors.")
    gamma: float = Field(1.0, gt=0, le=1e6, description="Width exp(-gamma d²) of the kernel, for rbf.")
    n_init: int = Field(10, ge=1, le=1000, description="Starts of k-means on the eigenvectors.")
