"""Locally weighted graph partitioning."""

import numpy as np
from numpy.typing import NDArray

from clustering.consensus.ensemble import Ensemble
from clustering.consensus.transfer_cut import transfer_cut
from clustering.consensus.weights import THETA, eci


def lwgp(ensemble: Ensemble, k: int, *, theta: float = THETA, seed: int = 0) -> NDArray[np.int64]:
    """Cut the graph in which every sample is joined to its clusters, each edge as heavy as the cluster's ECI.

    Args:
        ensemble: the clusterings.
        k: number of clusters.
        theta: how little a broken cluster loses; 1 gives the consensus of DeepCluE.
        seed: of k-means.

    Returns:
        (n,) clusters 0..k-1; -1 for a sample without any label.

    Raises:
        InvalidData: more clusters than distinct rows of labels.
        TooLarge: q² numbers do not fit, for q clusters in all.

    Source:
        Huang, Wang, Lai 2018, section IV-D.
    """
    rows = ensemble.for_clusters(k)
    weighted = rows.incidence.multiply(eci(rows, theta)).tocsr()
    return rows.spread(transfer_cut(weighted, k, sizes=rows.sizes, seed=seed))
