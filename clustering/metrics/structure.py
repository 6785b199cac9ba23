"""How compact and separate the clusters of one labeling are in a space; Euclidean, noise (-1) left out.

Every score is nan where it is undefined: fewer than two clusters, or (silhouette) as many as samples.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.spatial.distance import cdist

from clustering.metrics.means import Floats, blocks, cluster_means, distances_to_own, sizes

EXACT_UP_TO = 10_000


def silhouette(z: Floats, labels: ArrayLike, *, limit: int = EXACT_UP_TO, seed: int = 0) -> float:
    """Mean silhouette in [-1, 1] of z (n, d); above `limit` samples, of a sample as in `silhouettes`."""
    _, values = silhouettes(z, labels, limit=limit, seed=seed)
    return float(values.mean()) if len(values) else float("nan")


def silhouettes(
    z: Floats, labels: ArrayLike, *, limit: int = EXACT_UP_TO, seed: int = 0
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Silhouette s = (b - a) / max(a, b) of each of at most `limit` samples.

    a is the mean distance to the others of the own cluster, b the least mean distance to another cluster;
    0 for a cluster of one and where a = b = 0. Above `limit` the samples are drawn from each cluster in
    proportion to its size, and their distances are taken among the drawn.

    Returns:
        (m,) indices of the samples, ascending, and (m,) their values; both empty where undefined.

    Source:
        Rousseeuw 1987.
    """
    given = np.asarray(labels)
    index = _drawn(given, limit, seed)
    names, member = np.unique(given[index], return_inverse=True)
    if not 2 <= len(names) < len(index):
        return np.empty(0, dtype=np.int64), np.empty(0)
    order = np.argsort(member, kind="stable")
    values = np.empty(len(index))
    values[order] = _silhouettes_sorted(z[index[order]].astype(np.float64), member[order])
    return index, values


def davies_bouldin(z: Floats, labels: ArrayLike) -> float:
    """Mean over clusters of the worst (s_i + s_j) / ‖μ_i - μ_j‖; 0 is best.

    s is the mean distance to the center. Pairs of centers on one spot are left out, as in scikit-learn.

    Source:
        Davies and Bouldin 1979.
    """
    member, k = _compact(labels)
    if k < 2:
        return float("nan")
    centers = cluster_means(z, member, k)
    own = distances_to_own(z, member, centers)
    inside = member >= 0
    scatter = np.bincount(member[inside], own[inside], minlength=k) / sizes(member, k)
    apart = cdist(centers, centers)
    spread = scatter[:, None] + scatter
    if np.allclose(scatter, 0) or np.allclose(apart, 0):
        return 0.0
    ratio = np.divide(spread, apart, out=np.zeros_like(apart), where=apart > 0)
    return float(ratio.max(axis=1).mean())


def calinski_harabasz(z: Floats, labels: ArrayLike) -> float:
    """Variance between clusters over variance within, each by its degrees of freedom; larger is better.

    (Σ_k n_k ‖μ_k - μ‖² / (k - 1)) / (Σ_i ‖z_i - μ_c(i)‖² / (n - k)); 1 where nothing varies within.

    Source:
        Caliński and Harabasz 1974.
    """
    member, k = _compact(labels)
    count = sizes(member, k)
    n = int(count.sum())
    if not 2 <= k < n:
        return float("nan")
    centers = cluster_means(z, member, k)
    middle = (count[:, None] * centers).sum(axis=0) / n
    between = float((count * ((centers - middle) ** 2).sum(axis=1)).sum())
    within = float(np.nansum(distances_to_own(z, member, centers) ** 2))
    return 1.0 if within == 0 else between * (n - k) / (within * (k - 1))


def _compact(labels: ArrayLike) -> tuple[NDArray[np.int64], int]:
    """Labels renumbered 0..k-1 without gaps, noise kept at -1."""
    given = np.asarray(labels)
    member = np.full(len(given), -1, dtype=np.int64)
    inside = given >= 0
    names, member[inside] = np.unique(given[inside], return_inverse=True)
    return member, len(names)


def _drawn(labels: NDArray[np.int64], limit: int, seed: int) -> NDArray[np.int64]:
    """Indices of at most `limit` samples, every cluster in proportion to its size."""
    index = np.flatnonzero(labels >= 0)
    if len(index) <= limit:
        return index
    shuffled = np.random.default_rng(seed).permutation(index)
    grouped = shuffled[np.argsort(labels[shuffled], kind="stable")]
    return np.sort(grouped[np.linspace(0, len(grouped) - 1, limit).round().astype(np.int64)])


def _silhouettes_sorted(z: NDArray[np.float64], member: NDArray[np.int64]) -> NDArray[np.float64]:
    """Silhouettes of rows that are sorted by cluster 0..k-1."""
    starts = np.flatnonzero(np.diff(member, prepend=-1))
    count = np.diff(np.append(starts, len(z))).astype(np.float64)
    centered = z - z.mean(axis=0)
    out = np.empty(len(z))
    for part in blocks(len(z), 2 * len(z)):
        total = np.add.reduceat(_distances(centered[part], centered), starts, axis=1)  # (block, k)
        row, own = np.arange(len(total)), member[part]
        a = total[row, own] / np.maximum(count[own] - 1, 1)
        mean = total / count
        mean[row, own] = np.inf
        b = mean.min(axis=1)
        larger = np.maximum(a, b)
        out[part] = np.divide(b - a, larger, out=np.zeros_like(a), where=(larger > 0) & (count[own] > 1))
    return out


def _distances(rows: NDArray[np.float64], z: NDArray[np.float64]) -> NDArray[np.float64]:
    """(b, n) Euclidean distances; what is below rounding error of the squares counts as equal points."""
    norms = (rows**2).sum(axis=1)[:, None] + (z**2).sum(axis=1)
    squared = norms - 2 * (rows @ z.T)
    squared[squared < 1e-13 * norms] = 0
    distances: NDArray[np.float64] = np.sqrt(squared, out=squared)
    return distances
