"""Distances between all pairs of some thousand samples, a block of rows at a time."""

from collections.abc import Callable, Iterator
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from clustering.metrics.means import Floats, blocks, cluster_means

EXACT_UP_TO = 10_000
PAIR_COST = 16
"""Numbers that a block counts for each distance, so that a block of distances (2 MiB) stays in the cache."""

Distance: TypeAlias = Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.float64]]
"""(b, n) distances of rows (b, d) to z (n, d)."""


def drawn(labels: NDArray[np.int64], limit: int, seed: int) -> NDArray[np.int64]:
    """Indices of at most `limit` samples, ascending, in proportion to the clusters; never noise (-1)."""
    index = np.flatnonzero(labels >= 0)
    if len(index) <= limit:
        return index
    shuffled = np.random.default_rng(seed).permutation(index)
    grouped = shuffled[np.argsort(labels[shuffled], kind="stable")]
    return np.sort(grouped[np.linspace(0, len(grouped) - 1, limit).round().astype(np.int64)])


def on_the_sphere(z: Floats) -> NDArray[np.float64]:
    """(n, d) rows of length 1 in float64; a row of zeros stays."""
    rows = z.astype(np.float64)
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: NDArray[np.float64] = np.divide(rows, length, out=np.zeros_like(rows), where=length > 0)
    return unit


def euclidean(rows: NDArray[np.float64], z: NDArray[np.float64]) -> NDArray[np.float64]:
    """‖a - b‖; what is below rounding error of the squares counts as equal points."""
    norms = (rows**2).sum(axis=1)[:, None] + (z**2).sum(axis=1)
    squared = norms - 2 * (rows @ z.T)
    squared[squared < 1e-13 * norms] = 0
    distances: NDArray[np.float64] = np.sqrt(squared, out=squared)
    return distances


def cosine(rows: NDArray[np.float64], z: NDArray[np.float64]) -> NDArray[np.float64]:
    """1 - a·b in [0, 2] of rows on the unit sphere; 1 to a row of zeros."""
    distances: NDArray[np.float64] = np.clip(1 - rows @ z.T, 0, 2)
    return distances


def between_all(z: NDArray[np.float64], distance: Distance) -> Iterator[tuple[slice, NDArray[np.float64]]]:
    """Slices of the rows of z (n, d) with their (b, n) distances to all rows, 0 to itself."""
    for part in blocks(len(z), PAIR_COST * len(z)):
        apart = distance(z[part], z)
        row = np.arange(len(apart))
        apart[row, row + part.start] = 0
        yield part, apart


def own_and_nearest_other(
    z: NDArray[np.float64], member: NDArray[np.int64], distance: Distance
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean distance of each sample to the others of its cluster, and the least one to another cluster's.

    Args:
        z: (n, d) samples.
        member: (n,) clusters 0..k-1, none of them empty.
        distance: between rows.

    Returns:
        (n,) nan in a cluster of one, and (n,) inf in the only cluster.
    """
    order = np.argsort(member, kind="stable")
    member, z = member[order], z[order]
    starts = np.flatnonzero(np.diff(member, prepend=-1))
    count = np.diff(np.append(starts, len(z))).astype(np.float64)
    own, other = np.full(len(z), np.nan), np.empty(len(z))
    for part, apart in between_all(z, distance):
        total = np.add.reduceat(apart, starts, axis=1)  # (block, k)
        row, mine = np.arange(len(total)), member[part]
        others = count[mine] - 1
        np.divide(total[row, mine], others, out=own[part], where=others > 0)
        mean = total / count
        mean[row, mine] = np.inf
        other[part] = mean.min(axis=1)
    back = np.argsort(order)
    return own[back], other[back]


def cosine_own_and_nearest_other(
    z: NDArray[np.float64], member: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """What `own_and_nearest_other` says of cosine distances, from the sums of the clusters alone.

    A mean of 1 - a·b over all b of a cluster is 1 - a·mean(b), so that no pair has to be looked at.

    Args:
        z: (n, d) rows on the unit sphere.
        member: (n,) clusters 0..k-1, none of them empty.

    Returns:
        (n,) nan in a cluster of one, and (n,) inf in the only cluster.
    """
    count = np.bincount(member).astype(np.float64)
    means = cluster_means(z, member, len(count))
    own, other = np.full(len(z), np.nan), np.empty(len(z))
    for part in blocks(len(z), 2 * len(count)):
        mean = 1 - z[part] @ means.T  # (block, k)
        row, mine = np.arange(len(mean)), member[part]
        others, itself = count[mine] - 1, 1 - (z[part] ** 2).sum(axis=1)
        np.divide(mean[row, mine] * count[mine] - itself, others, out=own[part], where=others > 0)
        mean[row, mine] = np.inf
        other[part] = mean.min(axis=1)
    return np.clip(own, 0, 2), np.maximum(other, 0)
