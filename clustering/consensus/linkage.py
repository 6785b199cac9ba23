"""Agglomerative linkage of rows that stand for several samples each."""

from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

Linkage: TypeAlias = Literal["average", "single", "complete"]
Merge: TypeAlias = tuple[float, int, int]
"""Height, and two rows of the clusters merged."""


def agglomerate(
    apart: NDArray[np.float64], k: int, *, sizes: NDArray[np.integer], linkage: Linkage = "average"
) -> NDArray[np.int64]:
    """Merge the two closest clusters again and again until k are left.

    With `sizes` the average is one over all pairs of samples, so that the result is that of all samples
    apart: those of one row are each other's nearest and merge first.

    Args:
        apart: (m, m) symmetric distances; overwritten.
        k: number of clusters.
        sizes: (m,) samples that a row stands for.
        linkage: average, smallest or largest distance between the samples of two clusters.

    Returns:
        (m,) clusters 0..k-1.

    Source:
        Lance, Williams 1967; chains of nearest neighbors: Murtagh 1983, O(m²) time.
    """
    merges = sorted(_chained(apart, sizes.astype(np.float64), linkage), key=lambda merge: merge[0])
    parent = np.arange(len(apart))
    for _, first, second in merges[: len(apart) - k]:
        parent[_root(parent, second)] = _root(parent, first)
    roots = [_root(parent, row) for row in range(len(apart))]
    return np.unique(roots, return_inverse=True)[1].astype(np.int64)


def _chained(apart: NDArray[np.float64], weight: NDArray[np.float64], linkage: Linkage) -> list[Merge]:
    """All m - 1 merges, each of two clusters that are each other's nearest, in no order of height."""
    np.fill_diagonal(apart, np.inf)
    gone = np.zeros(len(apart))
    merges: list[Merge] = []
    chain: list[int] = []
    while len(merges) < len(apart) - 1:
        if not chain:
            chain.append(int(gone.argmin()))
        last = chain[-1]
        reach = apart[last] + gone
        nearest = int(reach.argmin())
        if len(chain) > 1 and reach[chain[-2]] <= reach[nearest]:
            height = float(reach[chain[-2]])
            kept, lost = sorted((chain.pop(), chain.pop()))
            _merge(apart, weight, (kept, lost), linkage)
            gone[lost] = np.inf
            merges.append((height, kept, lost))
        else:
            chain.append(nearest)
    return merges


def _merge(
    apart: NDArray[np.float64], weight: NDArray[np.float64], pair: tuple[int, int], linkage: Linkage
) -> None:
    kept, lost = pair
    if linkage == "average":
        total = weight[kept] + weight[lost]
        joined = (weight[kept] * apart[kept] + weight[lost] * apart[lost]) / total
    else:
        joined = (np.minimum if linkage == "single" else np.maximum)(apart[kept], apart[lost])
    joined[kept] = joined[lost] = np.inf
    apart[kept] = apart[:, kept] = joined
    weight[kept] += weight[lost]


def _root(parent: NDArray[np.int64], row: int) -> int:
    while parent[row] != row:
        parent[row] = parent[parent[row]]
        row = int(parent[row])
    return row
