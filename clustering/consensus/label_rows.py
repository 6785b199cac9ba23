"""Microclusters: samples that all clusterings put together are one row, with a size."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

MOST_NUMBERS = 2**62


@dataclass(frozen=True)
class LabelRows:
    """The m distinct rows of labels of n samples, in the order of their first samples.

    The clusterings stand in an order that their labels alone decide, so that whatever is computed from the
    rows is the same in every bit for every order of the clusterings.
    """

    labels: NDArray[np.int64]
    """(M, m), -1 is missing."""
    members: NDArray[np.int64]
    """(M,) the place that each of these clusterings was given in."""
    sizes: NDArray[np.int64]
    """(m,) samples of each row."""
    index: NDArray[np.int64]
    """(n,) the row of each sample; -1 where every label is missing."""

    @property
    def incidence(self) -> csr_array:
        """(m, q) memberships H of the rows in all clusters."""
        return one_hot(self.labels)

    @property
    def member(self) -> NDArray[np.int64]:
        """(q,) the clustering of each cluster."""
        return np.repeat(np.arange(len(self.labels)), self.labels.max(axis=1) + 1)

    def spread(self, found: NDArray[np.integer]) -> NDArray[np.int64]:
        """(n,) the clusters of the samples from those of the rows (m,), counted as samples name them."""
        labels = np.append(found, -1)[self.index]
        return in_order_of_samples(labels)


def label_rows(labels: NDArray[np.int64]) -> LabelRows:
    """The distinct columns of labels (M, n), each row of which counts its clusters as samples name them."""
    members = np.array(sorted(range(len(labels)), key=lambda member: labels[member].tobytes()))
    sorted_members = labels[members]
    _, first, codes, sizes = np.unique(
        _numbers(sorted_members), return_index=True, return_inverse=True, return_counts=True
    )
    distinct, order = sorted_members[:, first], np.argsort(first)
    known = order[(distinct[:, order] >= 0).any(axis=0)]
    rank = np.full(distinct.shape[1], -1, dtype=np.int64)
    rank[known] = np.arange(len(known))
    return LabelRows(distinct[:, known], members, sizes[known], rank[codes.ravel()])


def _numbers(labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """(n,) a number for each column of labels (M, n), in the order of the columns as words."""
    numbers, span = np.zeros(labels.shape[1], dtype=np.int64), 1
    for row in labels:
        width = int(row.max()) + 2
        if span > MOST_NUMBERS // width:
            names, numbers = np.unique(numbers, return_inverse=True)
            span = len(names)
        numbers, span = numbers * width + (row + 1), span * width
    return numbers


def one_hot(labels: NDArray[np.int64]) -> csr_array:
    """(n, q) memberships of n samples in the q clusters of M clusterings (M, n); missing labels are zeros."""
    counts = labels.max(axis=1) + 1
    offset = np.cumsum(counts) - counts
    known = labels.T >= 0  # (n, M)
    sample, member = np.nonzero(known)
    column = labels.T[known] + offset[member]
    ones = np.ones(len(sample))
    return csr_array((ones, (sample, column)), shape=(labels.shape[1], int(counts.sum())))


def in_order_of_samples(labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """Labels (n,) with clusters counted from 0 in the order of their first samples; below 0 stays -1."""
    known = labels >= 0
    names, first, codes = np.unique(labels[known], return_index=True, return_inverse=True)
    rank = np.empty(len(names), dtype=np.int64)
    rank[np.argsort(first)] = np.arange(len(names))
    out = np.full(len(labels), -1, dtype=np.int64)
    out[known] = rank[codes]
    return out
