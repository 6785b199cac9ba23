"""Sums over the members of each cluster, a block of rows at a time."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

Floats = NDArray[np.floating]
BLOCK_BYTES = 32 * 2**20


def blocks(n: int, width: int) -> Iterator[slice]:
    """Slices over n rows whose float64 copy of `width` columns stays within 32 MiB."""
    step = max(1, BLOCK_BYTES // (8 * max(1, width)))
    return (slice(start, min(start + step, n)) for start in range(0, n, step))


def sizes(labels: NDArray[np.int64], k: int) -> NDArray[np.int64]:
    """(k,) members of each cluster 0..k-1; noise is in none."""
    return np.bincount(labels[labels >= 0], minlength=k)


def cluster_means(z: Floats, labels: NDArray[np.int64], k: int) -> NDArray[np.float64]:
    """(k, d) mean of each cluster's rows of z (n, d); nan where a cluster is empty."""
    total = np.zeros((k, z.shape[1]))
    for part in blocks(*z.shape):
        inside = labels[part] >= 0
        member = labels[part][inside]
        spread = csr_array((np.ones(len(member)), (member, np.arange(len(member)))), shape=(k, len(member)))
        total += spread @ z[part][inside].astype(np.float64)
    count = sizes(labels, k)[:, None].astype(np.float64)
    return np.divide(total, count, out=np.full_like(total, np.nan), where=count > 0)


def distances_to_own(
    z: Floats, labels: NDArray[np.int64], centers: NDArray[np.float64]
) -> NDArray[np.float64]:
    """(n,) Euclidean distance of each row of z to its own cluster's center; nan for noise."""
    out = np.full(len(z), np.nan)
    for part in blocks(*z.shape):
        inside = np.flatnonzero(labels[part] >= 0) + part.start
        out[inside] = np.linalg.norm(z[inside].astype(np.float64) - centers[labels[inside]], axis=1)
    return out
