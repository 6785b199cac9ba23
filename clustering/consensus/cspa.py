"""Cluster-based similarity partitioning."""

import numpy as np
from numpy.typing import NDArray

from clustering.consensus.balanced import parted
from clustering.consensus.ensemble import Ensemble
from clustering.consensus.memory import BUDGET_BYTES
from clustering.consensus.spectral import spectral_rows

SLACK = 0.05


def cspa(
    ensemble: Ensemble,
    k: int,
    *,
    balanced: bool = False,
    seed: int = 0,
    budget_bytes: int = BUDGET_BYTES,
) -> NDArray[np.int64]:
    """Partition the graph of samples whose edges say how many clusterings put two together, S = H Hᵀ.

    Args:
        ensemble: the clusterings.
        k: number of clusters.
        balanced: whether no cluster may be larger than ⌈1.05 n / k⌉.
        seed: of k-means.
        budget_bytes: memory allowed.

    Returns:
        (n,) clusters 0..k-1; -1 for a sample without any label.

    Raises:
        InvalidData: more clusters than distinct rows of labels.
        TooLarge: q² numbers do not fit, for q clusters in all.

    Source:
        Strehl, Ghosh 2002, section 3.1. Departs: spectral clustering instead of METIS, whose balanced parts
        `balanced` imitates.
    """
    rows = ensemble.for_clusters(k)
    vectors = spectral_rows(rows.incidence, k, sizes=rows.sizes, budget_bytes=budget_bytes)
    return parted(rows, vectors, k, slack=SLACK if balanced else None, seed=seed)
