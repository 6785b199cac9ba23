"""Random projections, fuzzy c-means in each, and a clustering of all memberships."""

from collections.abc import Iterable, Iterator

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
    sizes: NDArray[np.integer] | None = None,
    seed: int = 0,
) -> NDArray[np.int64]:
    """k-means of the first k left singular vectors of the memberships of all runs side by side.

    Args:
        soft: (n, c) memberships of each run.
        k: number of clusters.
        sizes: (n,) samples that a row stands for; one by default.
        seed: of k-means.

    Returns:
        (n,) clusters 0..k-1.

    Source:
        Ye, Xiong, Dai, Zhou 2020, a variant of Popescu, Keller, Bezdek, Zare 2015.
    """
    u = np.hstack(list(soft))
    counts = np.ones(len(u), dtype=np.int64) if sizes is None else sizes
    return in_order_of_samples(k_means(left_vectors(u, k, sizes=counts), k, sizes=counts, seed=seed))


def rp_fcm_by_similarity(
    soft: Iterable[NDArray[np.float64]],
    k: int,
    *,
    sizes: NDArray[np.integer] | None = None,
    budget_bytes: int = BUDGET_BYTES,
) -> NDArray[np.int64]:
    """Average linkage of the similarities U Uᵀ, in the mean over the memberships U of all runs.

    Args:
        soft: (n, c) memberships of each run.
        k: number of clusters.
        sizes: (n,) samples that a row stands for; one by default.
        budget_bytes: memory allowed.

    Returns:
        (n,) clusters 0..k-1.

    Raises:
        TooLarge: n² numbers do not fit.

    Source:
        Popescu, Keller, Bezdek, Zare 2015.
    """
    alike = co_membership(soft, budget_bytes=budget_bytes)
    counts = np.ones(len(alike), dtype=np.int64) if sizes is None else sizes
    return in_order_of_samples(agglomerate(np.subtract(1.0, alike, out=alike), k, sizes=counts))


def left_vectors(u: NDArray[np.float64], k: int, *, sizes: NDArray[np.integer]) -> NDArray[np.float64]:
    """(n, at most k) first left singular vectors of u (n, c), a row of which stands for `sizes` equal ones.

    By the eigenvectors of UᵀU, in no more memory than c².
    """
    c = u.shape[1]
    values, right = eigh((u.T * sizes) @ u, subset_by_index=(max(0, c - k), c - 1))
    kept = values > 1e-12 * values[-1]
    vectors: NDArray[np.float64] = u @ (right[:, kept] / np.sqrt(values[kept]))
    return vectors
