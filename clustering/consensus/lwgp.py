"""Locally weighted graph partitioning."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from clustering.consensus.ensemble import Ensemble
from clustering.consensus.k_means import Starts
from clustering.consensus.transfer_cut import Cut, cut
from clustering.consensus.weights import THETA, eci


@dataclass(frozen=True)
class Weighted:
    """A consensus, and what it rests on; q clusters in the order of the ensemble's clusterings."""

    labels: NDArray[np.int64]
    """(n,) clusters 0..k-1; -1 for a sample without any label."""
    weights: NDArray[np.float64]
    """(q,) ECI in (0, 1] of the ensemble's clusters: how little the other clusterings break them up."""
    cut: Cut
    """Of the graph with the ensemble's q clusters as columns; it places further samples."""


def lwgp(ensemble: Ensemble, k: int, *, theta: float = THETA, seed: int = 0) -> NDArray[np.int64]:
    """(n,) clusters of the samples by `weighted_cut`, which has the same arguments."""
    return weighted_cut(ensemble, k, theta=theta, seed=seed).labels


def weighted_cut(ensemble: Ensemble, k: int, *, theta: float = THETA, seed: int = 0) -> Weighted:
    """Cut the graph in which every sample is joined to its clusters, each edge as heavy as the cluster's ECI.

    Args:
        ensemble: the clusterings.
        k: number of clusters.
        theta: how little a broken cluster loses; 1 gives the consensus of DeepCluE, infinity equal weights.
        seed: of k-means.

    Raises:
        InvalidData: more clusters than distinct rows of labels.
        TooLarge: q² numbers do not fit, for q clusters in all.

    Source:
        Huang, Wang, Lai 2018, section IV-D.
    """
    rows = ensemble.for_clusters(k)
    weights = eci(rows, theta)
    weighted = rows.incidence.multiply(weights).tocsr()
    found, labels = cut(weighted, k, sizes=rows.sizes, starts=Starts(seed))
    given = np.argsort(rows.members[rows.member], kind="stable")
    placed = replace(found, vectors=found.vectors[given])
    return Weighted(rows.spread(labels), weights[given], placed)
