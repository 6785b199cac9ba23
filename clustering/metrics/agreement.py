"""How far two labelings of the same samples agree.

Noise (label -1) in `labels` counts as an error unless `ignore_noise` is set, which leaves those samples out:
`accuracy` and `purity` give them no credit, the information measures see them as one more cluster.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import linear_sum_assignment
from scipy.sparse import eye_array, hstack
from scipy.sparse.csgraph import min_weight_full_bipartite_matching
from scipy.special import gammaln

from clustering.metrics.contingency import NOISE, Contingency, contingency, entropy, paired

DENSE_CELLS = 10_000_000


def accuracy(truth: ArrayLike, labels: ArrayLike, *, ignore_noise: bool = False) -> float:
    """Share of samples that are right under the best one-to-one map of clusters to classes.

    max over maps of (1/n) Σ_i [y_i = map(c_i)]. Clusters and classes without a partner count as wrong.

    Source:
        Xie et al. 2016, eq. 10; Kuhn's Hungarian method on the contingency table.
    """
    a, b = paired(truth, labels, ignore_noise=ignore_noise)
    kept = b != NOISE
    if not kept.any():
        return 0.0
    return _matched(contingency(a[kept], b[kept])) / len(a)


def nmi(truth: ArrayLike, labels: ArrayLike, *, ignore_noise: bool = False) -> float:
    """Normalized mutual information 2 I(A; B) / (H(A) + H(B)), in [0, 1]; symmetric.

    Two partitions of one group each agree fully (1); one such against any other shares nothing (0).
    """
    table = contingency(*paired(truth, labels, ignore_noise=ignore_noise))
    total = entropy(table.rows) + entropy(table.columns)
    if total == 0:
        return 1.0
    return min(1.0, 2 * table.mutual_information() / total)


def ari(truth: ArrayLike, labels: ArrayLike, *, ignore_noise: bool = False) -> float:
    """Adjusted Rand index in [-0.5, 1]: pairs put alike, corrected for chance; symmetric.

    (Σ C(n_ij, 2) - E) / (½ (Σ C(a_i, 2) + Σ C(b_j, 2)) - E), E = Σ C(a_i, 2) · Σ C(b_j, 2) / C(n, 2).

    Source:
        Hubert and Arabie 1985, eq. 5. Two trivial partitions of the same kind give 1.
    """
    table = contingency(*paired(truth, labels, ignore_noise=ignore_noise))
    together, in_a, in_b = (_pairs(count) for count in (table.cells.data, table.rows, table.columns))
    if in_a == together and in_b == together:
        return 1.0
    expected = in_a * in_b / _pairs(np.asarray([table.n]))
    return (together - expected) / ((in_a + in_b) / 2 - expected)


def ami(truth: ArrayLike, labels: ArrayLike, *, ignore_noise: bool = False) -> float:
    """Mutual information adjusted for chance, at most 1; symmetric.

    (I(A; B) - E) / (½ (H(A) + H(B)) - E), E the mean of I over all pairs of partitions of the same sizes.

    Source:
        Vinh, Epps, Bailey 2010, eq. 24a and table 2. Two partitions of one group each give 1.
    """
    table = contingency(*paired(truth, labels, ignore_noise=ignore_noise))
    if table.cells.shape == (1, 1):
        return 1.0
    expected = _expected_information(table)
    most = (entropy(table.rows) + entropy(table.columns)) / 2 - expected
    least = np.finfo(np.float64).eps
    bounded = min(most, -least) if most < 0 else max(most, least)
    return float((table.mutual_information() - expected) / bounded)


def purity(truth: ArrayLike, labels: ArrayLike, *, ignore_noise: bool = False) -> float:
    """Share of samples in the majority class of their cluster: (1/n) Σ_k max_j n_kj."""
    a, b = paired(truth, labels, ignore_noise=ignore_noise)
    kept = b != NOISE
    if not kept.any():
        return 0.0
    largest = contingency(a[kept], b[kept]).cells.max(axis=0).toarray()
    return float(largest.sum() / len(a))


def variation_of_information(first: ArrayLike, second: ArrayLike) -> float:
    """H(A|B) + H(B|A) in nats: a metric on partitions, 0 for equal ones, at most ln n.

    Source:
        Meilă 2007, eq. 15.
    """
    table = contingency(*paired(first, second))
    loss = entropy(table.rows) + entropy(table.columns) - 2 * table.mutual_information()
    return max(0.0, loss)


def label_change(before: ArrayLike, after: ArrayLike) -> float:
    """1 - NMI between the labels of two epochs: 0 where nothing moved, near 1 where all did.

    Source:
        Miklautz et al. 2024 (BRB), the "CL change" curves.
    """
    return 1.0 - nmi(before, after)


def _expected_information(table: Contingency) -> float:
    """Mean of I(A; B) over random partitions with the sizes of these, which fill a cell hypergeometrically.

    E = Σ_ij Σ_c c/n ln(c n / (a_i b_j)) P(c | a_i, b_j, n); groups of the same size share their sums.
    """
    n = table.n
    columns, alike_columns = np.unique(table.columns, return_counts=True)
    total = 0.0
    for a, alike in zip(*np.unique(table.rows, return_counts=True), strict=True):
        least = np.maximum(1, a + columns - n)
        width = np.minimum(a, columns) - least + 1
        place = np.repeat(np.arange(len(columns)), width)
        count = np.arange(width.sum()) + np.repeat(least - (np.cumsum(width) - width), width)
        b = columns[place]
        ways = _log_factorial(a) + _log_factorial(n - a) + _log_factorial(b) + _log_factorial(n - b)
        ways -= _log_factorial(n) + _log_factorial(count) + _log_factorial(a - count)
        ways -= _log_factorial(b - count) + _log_factorial(n - a - b + count)
        shared = count / n * np.log(count * n / (float(a) * b)) * np.exp(ways)
        total += float(alike * (alike_columns[place] * shared).sum())
    return total


def _log_factorial(count: ArrayLike) -> np.ndarray:
    """ln c! of whole numbers."""
    return np.asarray(gammaln(np.asarray(count, dtype=np.float64) + 1))


def _matched(table: Contingency) -> int:
    """Most samples in cells of which no two share a row or a column."""
    rows, columns = table.cells.shape
    if rows * columns <= DENSE_CELLS:
        counts = table.cells.toarray()
        row, column = linear_sum_assignment(counts, maximize=True)
        return int(counts[row, column].sum())
    # A private column for each row, worth one less than any cell, lets every row be matched.
    wide = hstack([table.cells + table.cells.astype(bool), eye_array(rows, dtype=np.int64)], format="csr")
    matched = min_weight_full_bipartite_matching(wide, maximize=True)
    return int(wide[matched].sum()) - rows


def _pairs(counts: np.ndarray) -> int:
    """Σ C(c, 2) in int64."""
    return int((counts * (counts - 1) // 2).sum())
