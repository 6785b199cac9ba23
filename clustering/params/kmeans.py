"""Params of k-means."""

from typing import Literal

from pydantic import Field

from clustering.params.base import ClusterParams


class KMeansParams(ClusterParams):
    """Lloyd's k-means on the inputs as they are: the baseline of every comparison."""

    title = "k-means"
    paper = "Lloyd. Least Squares Quantization in PCM. IEEE Transactions on Information Theory, 1982."
    supports = frozenset({"predict", "decode", "prototypes"})

    method: Literal["kmeans"] = "kmeans"
    init: Literal["k-means++", "random"] = Field("k-means++", description="How first centers are chosen.")
    n_init: int = Field(
        10, ge=1, le=1000, description="Starts, of which the one with the least inertia is kept."
    )
    max_iter: int = Field(300, ge=1, le=100_000, description="Iterations of one start.")
    tol: float = Field(
        1e-4, ge=0, le=1, description="Relative move of the centers below which a start has ended."
    )
