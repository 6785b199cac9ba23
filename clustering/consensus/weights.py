"""How much each cluster of an ensemble can be relied on."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from clustering.consensus.label_rows import LabelRows

THETA = 0.4


def cluster_entropies(rows: LabelRows) -> NDArray[np.float64]:
    """(q,) how much the other clusterings break up each cluster, in bits.

    H*(C) = -Σ_m Σ_l p log2 p with p = |C ∩ C^m_l| / |C|; its own clustering adds 0. Of samples whose label
    is missing in a clustering, that clustering says nothing: p is a share of the others.

    Source:
        Huang, Wang, Lai 2018, eqs. 3 and 4.
    """
    incidence, member = rows.incidence, rows.member
    joint = (incidence.T.multiply(rows.sizes) @ incidence).tocoo()  # (q, q) common samples
    q, count = len(member), joint.data
    met = csr_array((count, (joint.row, member[joint.col])), shape=(q, len(rows.labels)))
    share = count / met.toarray()[joint.row, member[joint.col]]
    bits = np.bincount(joint.row, -share * np.log2(share), minlength=q)
    return np.maximum(bits, 0.0)


def eci(rows: LabelRows, theta: float = THETA) -> NDArray[np.float64]:
    """(q,) the ensemble-driven cluster index exp(-H*(C) / (θ M)) in (0, 1].

    Source:
        Huang, Wang, Lai 2018, eq. 7; with θ = 1 the weights of DeepCluE (Huang et al. 2024).
    """
    return np.exp(-cluster_entropies(rows) / (theta * len(rows.labels)))
