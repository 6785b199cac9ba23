"""Hypergraph partitioning."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import diags_array

from clustering.consensus.balanced import parted
from clustering.consensus.ensemble import Ensemble
from clustering.consensus.memory import BUDGET_BYTES
from clustering.consensus.spectral import spectral_rows

SLACK = 0.03


def hgpa(
    ensemble: Ensemble,
    k: int,
    *,
    balanced: bool = True,
    seed: int = 0,
    budget_bytes: int = BUDGET_BYTES,
) -> NDArray[np.int64]:
    """Partition the hypergraph whose edges are the clusters, each of which joins all its samples.

    Θ = D_v^(-½) H D_e⁻¹ Hᵀ D_v^(-½), with D_v the clusters of a sample and D_e the samples of a cluster.

    Args:
        ensemble: the clusterings.
        k: number of clusters.
        balanced: whether no cluster may be larger than ⌈1.03 n / k⌉.
        seed: of k-means.
        budget_bytes: memory allowed.

    Returns:
        (n,) clusters 0..k-1; -1 for a sample without any label.

    Raises:
        InvalidData: more clusters than distinct rows of labels.
        TooLarge: q² numbers do not fit, for q clusters in all.

    Source:
        Strehl, Ghosh 2002, section 3.2. Departs: the normalized hypergraph Laplacian of Zhou, Huang,
        Schölkopf 2006 instead of hMETIS.
    """
    rows = ensemble.for_clusters(k)
    incidence = rows.incidence
    share = diags_array(1 / np.sqrt(incidence.T @ rows.sizes.astype(np.float64)))
    vectors = spectral_rows((incidence @ share).tocsr(), k, sizes=rows.sizes, budget_bytes=budget_bytes)
    return parted(rows, vectors, k, slack=SLACK if balanced else None, seed=seed)
