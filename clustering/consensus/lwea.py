"""Locally weighted evidence accumulation."""

import numpy as np
from numpy.typing import NDArray

from clustering.consensus.co_association import co_association
from clustering.consensus.ensemble import Ensemble
from clustering.consensus.linkage import agglomerate
from clustering.consensus.memory import BUDGET_BYTES
from clustering.consensus.weights import THETA, eci


def lwea(
    ensemble: Ensemble, k: int, *, theta: float = THETA, budget_bytes: int = BUDGET_BYTES
) -> NDArray[np.int64]:
    """Average linkage of the similarities that count a common cluster by its ECI.

    Args:
        ensemble: the clusterings.
        k: number of clusters.
        theta: how little a broken cluster loses; without bound it gives evidence accumulation.
        budget_bytes: memory allowed.

    Returns:
        (n,) clusters 0..k-1; -1 for a sample without any label.

    Raises:
        InvalidData: more clusters than distinct rows of labels.
        TooLarge: m² numbers do not fit, for m distinct rows of labels.

    Source:
        Huang, Wang, Lai 2018, section IV-C. Samples with the same labels are never parted.
    """
    rows = ensemble.for_clusters(k)
    alike = co_association(rows, eci(rows, theta), budget_bytes=budget_bytes)
    return rows.spread(agglomerate(np.subtract(1.0, alike, out=alike), k, sizes=rows.sizes))
