"""How alike several clusterings of the same samples are, to each other and to several true labelings."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import linear_sum_assignment

from clustering.errors import InvalidData
from clustering.metrics.agreement import nmi


def nmi_matrix(clusterings: Sequence[ArrayLike]) -> NDArray[np.float64]:
    """(m, m) NMI of every pair of m labelings (n,); symmetric, 1 on the diagonal."""
    return pairwise(nmi, clusterings, itself=1.0)


def pairwise(
    measure: Callable[[ArrayLike, ArrayLike], float], clusterings: Sequence[ArrayLike], *, itself: float
) -> NDArray[np.float64]:
    """(m, m) of a symmetric measure of every pair of m labelings (n,); `itself` on the diagonal."""
    matrix = np.diag(np.full(len(clusterings), itself))
    for i, first in enumerate(clusterings):
        for j in range(i):
            matrix[i, j] = matrix[j, i] = measure(first, clusterings[j])
    return matrix


def with_others(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """(m,) mean NMI of each of m labelings with the others, from the (m, m) matrix; 1 for a single one.

    λ_i = 1/(m - 1) Σ_{j ≠ i} NMI(π_i, π_j)

    Source:
        Miklautz et al. 2022 (DECCS), the weights of eq. 6.
    """
    m = len(matrix)
    if m == 1:
        return np.ones(1)
    return np.asarray((matrix.sum(axis=1) - matrix.diagonal()) / (m - 1), dtype=np.float64)


def mean_nmi(clusterings: Sequence[ArrayLike]) -> float:
    """Agreement in [0, 1] of m labelings (n,): the mean NMI of their pairs; 1 for a single one.

    Small means diverse, which DivClust wants of its clusterings; large means that an ensemble agrees. Of
    tensors, and of many clusterings, `crossings` tells it faster.

    Source:
        Miklautz et al. 2021 (DECCS), the agreement a(Π); Metaxas et al. 2023 (DivClust), D^R.

    Raises:
        InvalidData: no labeling at all.
    """
    m = len(clusterings)
    if m == 0:
        raise InvalidData("at least one clustering is needed; met none")
    if m == 1:
        return 1.0
    above = nmi_matrix(clusterings)[np.triu_indices(m, k=1)]
    return float(above.mean())


def matched_nmi(
    clusterings: Sequence[ArrayLike], truths: Sequence[ArrayLike]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Give each true labeling a clustering of its own, so that the sum of their NMI is largest.

    Args:
        clusterings: m labelings (n,).
        truths: t true labelings (n,).

    Returns:
        (t,) indices of the clusterings, -1 where there are too few, and (t,) NMI with them, nan there.

    Source:
        Miklautz et al. 2020 (ENRC): Kuhn's Hungarian method on the matrix of NMI.
    """
    partner, value = np.full(len(truths), -1, dtype=np.int64), np.full(len(truths), np.nan)
    if clusterings and truths:
        table = np.array([[nmi(truth, labels) for labels in clusterings] for truth in truths])
        row, column = linear_sum_assignment(table, maximize=True)
        partner[row], value[row] = column, table[row, column]
    return partner, value
