"""k-means with a cap on the size of each cluster."""

import math

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

from clustering.consensus.k_means import k_means
from clustering.consensus.label_rows import LabelRows, in_order_of_samples

ROUNDS = 50


def cap_of(n: int, k: int, slack: float) -> int:
    """Most samples of a cluster: ⌈(1 + slack) n / k⌉."""
    return max(math.ceil(n / k), math.ceil((1 + slack) * n / k - 1e-9))


def balanced_k_means(
    x: NDArray[np.float64], k: int, *, sizes: NDArray[np.integer], slack: float, seed: int = 0
) -> NDArray[np.int64]:
    """Shares of rows in clusters of near sums of squares, none of them larger than ⌈(1 + slack) n / k⌉.

    From the centers of plain k-means, samples and centers take turns: see `placed`.

    Args:
        x: (m, d) rows.
        k: number of clusters.
        sizes: (m,) samples that a row stands for, n in all; a row may be divided between clusters.
        slack: by how much a cluster may exceed the mean size.
        seed: of k-means.

    Returns:
        (m, k) samples of each row in each cluster.
    """
    first = k_means(x, k, sizes=sizes, seed=seed)
    shares = np.zeros((len(x), k), dtype=np.int64)
    shares[np.arange(len(x)), first] = sizes
    centers = _means(shares, x, x[:1].repeat(k, axis=0))
    cap = cap_of(int(sizes.sum()), k, slack)
    for _ in range(ROUNDS):
        before = shares
        shares = placed(cdist(x, centers, "sqeuclidean"), sizes, cap)
        if np.array_equal(before, shares):
            break
        centers = _means(shares, x, centers)
    return shares


def placed(apart: NDArray[np.float64], sizes: NDArray[np.integer], cap: int) -> NDArray[np.int64]:
    """Give every sample a place at a near center, while it has some left.

    All ask the nearest center with places. A center asked for too much takes those first for whom the next
    center is farthest beyond it; the others ask again.

    Args:
        apart: (m, k) squared distances of rows to centers.
        sizes: (m,) samples that a row stands for.
        cap: places of a center; k of them hold all samples.

    Returns:
        (m, k) samples of each row at each center.
    """
    asked = apart.copy()
    left, places = sizes.astype(np.int64).copy(), np.full(apart.shape[1], cap)
    shares = np.zeros(apart.shape, dtype=np.int64)
    while left.any():
        choice = asked.argmin(axis=1)
        for center in np.unique(choice[left > 0]):
            rows = np.flatnonzero((choice == center) & (left > 0))
            order = rows[np.argsort(-_regret(asked[rows]), kind="stable")]
            before = np.cumsum(left[order]) - left[order]
            taken = np.clip(places[center] - before, 0, left[order])
            shares[order, center] = taken
            left[order] -= taken
            places[center] -= int(taken.sum())
        asked[:, places == 0] = np.inf
    return shares


def divided(shares: NDArray[np.int64], index: NDArray[np.int64]) -> NDArray[np.int64]:
    """(n,) clusters of the samples whose rows (n,) are given, from shares (m, k); -1 where the row is -1.

    A row that is divided gives its first samples to its first clusters.
    """
    labels = np.full(len(index), -1, dtype=np.int64)
    order = np.argsort(index, kind="stable")[int((index < 0).sum()) :]
    rows, clusters = np.nonzero(shares)
    labels[order] = np.repeat(clusters, shares[rows, clusters])
    return labels


def parted(
    rows: LabelRows, vectors: NDArray[np.float64], k: int, *, slack: float | None, seed: int
) -> NDArray[np.int64]:
    """Clusters (n,) of the samples behind distinct rows, by k-means on a vector (r, d) for each row.

    Args:
        rows: of the labels.
        vectors: (r, d), one a row.
        k: number of clusters.
        slack: share by which the largest cluster may exceed n / k; None leaves sizes free.
        seed: of k-means.
    """
    if slack is None:
        return rows.spread(k_means(vectors, k, sizes=rows.sizes, seed=seed))
    shares = balanced_k_means(vectors, k, sizes=rows.sizes, slack=slack, seed=seed)
    return in_order_of_samples(divided(shares, rows.index))


def _regret(asked: NDArray[np.float64]) -> NDArray[np.float64]:
    """(r,) how much farther the second center is than the first; 0 where there is no second."""
    if asked.shape[1] < 2:
        return np.zeros(len(asked))
    two = np.partition(asked, 1, axis=1)[:, :2]
    known = np.isfinite(two).all(axis=1)
    return np.subtract(two[:, 1], two[:, 0], out=np.zeros(len(two)), where=known)


def _means(
    shares: NDArray[np.int64], x: NDArray[np.float64], instead: NDArray[np.float64]
) -> NDArray[np.float64]:
    """(k, d) centers of the samples, and those of `instead` where a cluster is empty."""
    count = shares.sum(axis=0)[:, None]
    means: NDArray[np.float64] = np.divide(shares.T @ x, count, out=instead.copy(), where=count > 0)
    return means
