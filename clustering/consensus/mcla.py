"""Meta-clustering: clusters of clusters."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from clustering.consensus.ensemble import Ensemble
from clustering.consensus.k_means import k_means
from clustering.consensus.label_rows import LabelRows
from clustering.consensus.memory import BUDGET_BYTES, within
from clustering.consensus.spectral import spectral_of


def mcla(
    ensemble: Ensemble,
    k: int,
    *,
    collapse: Literal["mean", "sum"] = "mean",
    seed: int = 0,
    budget_bytes: int = BUDGET_BYTES,
) -> NDArray[np.int64]:
    """Group alike clusters of all clusterings into k meta-clusters; a sample goes where it is a member most.

    Args:
        ensemble: the clusterings.
        k: number of meta-clusters; at most as many as there are clusters in all are formed.
        collapse: whether a sample's membership in a meta-cluster is the mean over its clusters, or the sum.
        seed: of k-means.
        budget_bytes: memory allowed.

    Returns:
        (n,) clusters, at most k: none may win a sample for a meta-cluster. -1 for a sample without any label.

    Raises:
        InvalidData: more clusters than distinct rows of labels.
        TooLarge: q² numbers do not fit, for q clusters in all.

    Source:
        Strehl, Ghosh 2002, section 3.3. Departs: spectral clustering instead of METIS; a tie goes to the
        first meta-cluster.
    """
    rows = ensemble.for_clusters(k)
    alike = jaccard(rows, budget_bytes=budget_bytes)
    k = min(k, len(alike))
    meta = k_means(spectral_of(alike, k), k, seed=seed)
    return rows.spread(memberships(rows, meta, collapse).argmax(axis=1))


def jaccard(rows: LabelRows, *, budget_bytes: int = BUDGET_BYTES) -> NDArray[np.float64]:
    """(q, q) samples that two clusters share, as a part of those in either; 1 on the diagonal.

    Raises:
        TooLarge: q² numbers do not fit.
    """
    q = len(rows.member)
    within(budget_bytes, 3 * 8 * q * q, f"Similarities of {q} clusters")
    incidence = rows.incidence
    common: NDArray[np.float64] = (incidence.T.multiply(rows.sizes) @ incidence).toarray()
    size = common.diagonal()
    either: NDArray[np.float64] = size[:, None] + size - common
    return common / either


def memberships(
    rows: LabelRows, meta: NDArray[np.int64], collapse: Literal["mean", "sum"]
) -> NDArray[np.float64]:
    """(m, k) mean or sum, over the clusters of each meta-cluster, of a row's memberships.

    Args:
        rows: distinct rows of labels.
        meta: (q,) meta-cluster of each cluster.
        collapse: mean or sum.
    """
    q, k = len(meta), int(meta.max()) + 1
    groups = csr_array((np.ones(q), (np.arange(q), meta)), shape=(q, k))
    total: NDArray[np.float64] = (rows.incidence @ groups).toarray()
    # What rounding might tell apart is a tie.
    return np.round(total / np.bincount(meta, minlength=k), 12) if collapse == "mean" else total
