"""k-means of rows that stand for several samples each."""

import warnings

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning

N_INIT = 10


def k_means(
    x: NDArray[np.float64], k: int, *, sizes: NDArray[np.integer] | None = None, seed: int = 0
) -> NDArray[np.int64]:
    """(m,) clusters 0..k-1 of rows (m, d) that stand for `sizes` (m,) samples each.

    A row counts as often as it has samples, so that the partition is one of all samples. Of fewer than k
    distinct rows there are fewer clusters.
    """
    lloyd = KMeans(k, n_init=N_INIT, random_state=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        labels = lloyd.fit(x, sample_weight=None if sizes is None else sizes.astype(np.float64)).labels_
    return np.asarray(labels, dtype=np.int64)
