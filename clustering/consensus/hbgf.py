"""Hybrid bipartite graph: samples and clusters partitioned at once."""

import numpy as np
from numpy.typing import NDArray

from clustering.consensus.ensemble import Ensemble
from clustering.consensus.transfer_cut import transfer_cut


def hbgf(ensemble: Ensemble, k: int, *, seed: int = 0) -> NDArray[np.int64]:
    """Cut the graph in which every sample is joined to its clusters, by the transfer cut of H.

    Args:
        ensemble: the clusterings.
        k: number of clusters.
        seed: of k-means.

    Returns:
        (n,) clusters 0..k-1; -1 for a sample without any label.

    Raises:
        InvalidData: more clusters than distinct rows of labels.
        TooLarge: q² numbers do not fit, for q clusters in all.

    Source:
        Fern, Brodley 2004, with the spectral solver.
    """
    rows = ensemble.for_clusters(k)
    return rows.spread(transfer_cut(rows.incidence, k, sizes=rows.sizes, seed=seed))
