"""How compact and separate the clusters of one labeling are in a space; Euclidean, noise (-1) left out.

Every score is nan where it is undefined: fewer than two clusters, or (silhouette) as many as samples.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.spatial.distance import cdist

from clustering.metrics.means import Floats, cluster_means, distances_to_own, sizes
from clustering.metrics.pairs import EXACT_UP_TO, drawn, euclidean, own_and_nearest_other


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
    index = drawn(given, limit, seed)
    names, member = np.unique(given[index], return_inverse=True)
    if not 2 <= len(names) < len(index):
        return np.empty(0, dtype=np.int64), np.empty(0)
    kept = z[index].astype(np.float64)
    own, other = own_and_nearest_other(kept - kept.mean(axis=0), member, euclidean)
    larger = np.maximum(own, other)
    return index, np.divide(other - own, larger, out=np.zeros(len(index)), where=larger > 0)


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
