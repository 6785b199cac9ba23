"""k-means of rows that stand for several samples each."""

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning


@dataclass(frozen=True)
class Starts:
    """How k-means begins, and how often."""

    seed: int = 0
    n_init: int = 10
    """Starts, of which the one with the least inertia is kept."""
    max_iter: int = 300
    """Iterations of a start."""


FROM_ZERO = Starts()


def k_means(
    x: NDArray[np.float64], k: int, *, sizes: NDArray[np.integer] | None = None, seed: int = 0
) -> NDArray[np.int64]:
    """(m,) clusters 0..k-1 of rows (m, d) that stand for `sizes` (m,) samples each.

    A row counts as often as it has samples, so that the partition is one of all samples. Of fewer than k
    distinct rows there are fewer clusters.
    """
    return centers_and_labels(x, k, sizes=sizes, starts=Starts(seed))[1]


def centers_and_labels(
    x: NDArray[np.float64],
    k: int,
    *,
    sizes: NDArray[np.integer] | None = None,
    starts: Starts = FROM_ZERO,
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """The centers (k, d) of that partition, and the nearest of them (m,) to each row.

    Args:
        x: (m, d) rows.
        k: number of clusters.
        sizes: (m,) samples that a row stands for; one by default.
        starts: how it begins.
    """
    lloyd = KMeans(k, n_init=starts.n_init, max_iter=starts.max_iter, random_state=starts.seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        lloyd.fit(x, sample_weight=None if sizes is None else sizes.astype(np.float64))
    return lloyd.cluster_centers_, np.asarray(lloyd.labels_, dtype=np.int64)
