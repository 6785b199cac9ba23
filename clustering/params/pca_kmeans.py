"""Params of k-means on principal components."""

from typing import Literal

from pydantic import Field

from clustering.params.base import ClusterParams


class PcaKMeansParams(ClusterParams):
    """Principal components, then k-means: the linear counterpart of an autoencoder with k-means."""

    title = "PCA + k-means"
    paper = "Ding, He. K-means Clustering via Principal Component Analysis. ICML 2004."
    supports = frozenset({"predict", "decode", "prototypes"})

    method: Literal["pca_kmeans"] = "pca_kmeans"
    embedding_dim: int = Field(
        10, ge=1, le=4096, description="Components kept; never more than features, or samples less one."
    )
    whiten: bool = Field(False, description="Scale every component to unit variance.")
    n_init: int = Field(
        10, ge=1, le=1000, description="Starts, of which the one with the least inertia is kept."
    )
    max_iter: int = Field(300, ge=1, le=100_000, description="Iterations of one start.")
