"""Fuzzy c-means."""

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist
from sklearn.cluster import kmeans_plusplus

TOLERANCE = 1e-5
MAX_ITER = 100


def fuzzy_c_means(
    x: NDArray[np.float64], k: int, *, fuzzifier: float = 2.0, seed: int = 0, max_iter: int = MAX_ITER
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Soft k-means: memberships fall with the distance to a center, as shallow as the fuzzifier is large.

    μ_j = Σ_i u_ij^f x_i / Σ_i u_ij^f, and u as in `memberships`; ends once no membership moves by 1e-5.

    Args:
        x: (n, d) samples.
        k: number of clusters.
        fuzzifier: f above 1; towards 1 the memberships become those of k-means.
        seed: of the first centers, drawn as k-means++ does.
        max_iter: rounds.

    Returns:
        (n, k) memberships, each row on the simplex, and (k, d) centers.

    Source:
        Bezdek 1981.
    """
    centers, _ = kmeans_plusplus(x, k, random_state=seed)
    u = memberships(x, centers, fuzzifier)
    for _ in range(max_iter):
        before, weight = u, u**fuzzifier
        total = weight.sum(axis=0)[:, None]
        centers = np.divide(weight.T @ x, total, out=centers.copy(), where=total > 0)
        u = memberships(x, centers, fuzzifier)
        if np.abs(u - before).max() < TOLERANCE:
            break
    return u, centers


def memberships(
    x: NDArray[np.float64], centers: NDArray[np.float64], fuzzifier: float
) -> NDArray[np.float64]:
    """(n, k) u_ij = 1 / Σ_l (d_ij / d_il)^(2/(f-1)); a sample on a center belongs to the first such alone."""
    apart = cdist(x, centers, "sqeuclidean")
    nearest = apart.min(axis=1, keepdims=True)
    on = nearest[:, 0] == 0
    apart[on] = np.inf
    apart[on, cdist(x[on], centers, "sqeuclidean").argmin(axis=1)] = 1.0
    nearest[on] = 1.0
    closeness = (nearest / apart) ** (1 / (fuzzifier - 1))
    u: NDArray[np.float64] = closeness / closeness.sum(axis=1, keepdims=True)
    return u
