"""Random projections, fuzzy c-means in each, and a clustering of all memberships."""

from collections.abc import Iterable, Iterator
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh

from clustering.consensus.fuzzy import fuzzy_c_means
from clustering.consensus.k_means import k_means
from clustering.consensus.label_rows import in_order_of_samples
from clustering.consensus.linkage import agglomerate
from clustering.consensus.memory import BUDGET_BYTES
from clustering.consensus.rp_em import co_membership


def fuzzy_memberships(
    views: Iterable[NDArray[np.float64]], k: int, *, fuzzifier: float = 2.0, seed: int = 0
) -> Iterator[NDArray[np.float64]]:
    """Memberships (n, k) of fuzzy c-means in each view (n, p)."""
    for run, view in enumerate(views):
        yield fuzzy_c_means(view, k, fuzzifier=fuzzifier, seed=(seed + run) % 2**32)[0]


def rp_fcm(
    soft: Iterable[NDArray[np.float64]],
    k: int,
    *,
    joined: Literal["vectors", "similarity"] = "vectors",
    seed: int = 0,
    budget_bytes: int = BUDGET_BYTES,
) -> NDArray[np.int64]:
    """Cluster samples by their memberships in all runs.

    Args:
        soft: (n, c) memberships of each run.
        k: number of clusters.
        joined: vectors: k-means of the first k left singular vectors of all memberships side by side;
            similarity: average linkage of the mean of U Uᵀ, in memory that grows with n².
        seed: of k-means.
        budget_bytes: memory allowed.

    Returns:
        (n,) clusters 0..k-1.

    Raises:
        TooLarge: n² numbers do not fit.

    Source:
        Popescu, Keller, Bezdek, Zare 2015, with the similarity; Ye, Xiong, Dai, Zhou 2020, with the vectors.
    """
    if joined == "similarity":
        alike = co_membership(soft, budget_bytes=budget_bytes)
        ones = np.ones(len(alike), dtype=np.int64)
        return in_order_of_samples(agglomerate(np.subtract(1.0, alike, out=alike), k, sizes=ones))
    return in_order_of_samples(k_means(left_vectors(np.hstack(list(soft)), k), k, seed=seed))


def left_vectors(u: NDArray[np.float64], k: int) -> NDArray[np.float64]:
    """(n, at most k) first left singular vectors of u (n, c), in no other memory than c²."""
    c = u.shape[1]
    values, right = eigh(u.T @ u, subset_by_index=(max(0, c - k), c - 1))
    kept = values > 1e-12 * values[-1]
    vectors: NDArray[np.float64] = u @ (right[:, kept] / np.sqrt(values[kept]))
    return vectors
