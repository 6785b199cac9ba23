"""The edges of the bipartite graph of an ensemble: a row of labels has one to each of its clusters."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clustering.consensus.label_rows import LabelRows

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Edges:
    """M edges of each of m rows of labels, to q clusters."""

    column: NDArray[np.int64]
    """(m, M) cluster at the end of each edge; 0 where the label is missing."""
    known: NDArray[np.bool_]
    """(m, M) whether there is an edge."""
    start: Floats
    """(m, M) weights S⁰: the same for all edges of a row, 1 in sum."""
    overlap: Floats
    """(m, M, M) how much the clusters at the ends of a row's edges overlap; 0 of one with itself."""
    sizes: Floats
    """(m,) samples of each row."""
    q: int

    def matrix(self, weights: Floats) -> Floats:
        """(m, q) weights (m, M) of the edges, as a matrix from rows to clusters."""
        m = len(weights)
        place = (np.arange(m)[:, None] * self.q + self.column).ravel()
        flat = np.bincount(place, weights.ravel(), m * self.q)
        return np.asarray(flat.reshape(m, self.q), dtype=np.float64)

    def across(self, *values: Floats) -> Floats:
        """(m, M, c) Σ_q A_pq x_iq over the other edges of the same row, for each of c x (m, M)."""
        sums: Floats = self.overlap @ np.stack(values, axis=2)
        return sums


def joined(rows: LabelRows) -> Edges:
    """The graph of rows of labels, each edge of a row as heavy as the others."""
    counts = rows.labels.max(axis=1) + 1
    offset, q = np.cumsum(counts) - counts, int(counts.sum())
    known = rows.labels.T >= 0
    column = np.where(known, rows.labels.T + offset, 0)
    between = overlaps(rows)
    overlap = between[column[:, :, None], column[:, None, :]] * (known[:, None, :] & known[:, :, None])
    start = known / known.sum(axis=1, keepdims=True)
    return Edges(column, known, start, overlap, rows.sizes.astype(np.float64), q)


def overlaps(rows: LabelRows) -> Floats:
    """(q, q) |C_p ∩ C_q| / √(|C_p| |C_q|) in samples; 0 on the diagonal and of an empty cluster."""
    incidence = rows.incidence
    joint = np.asarray((incidence.T.multiply(rows.sizes) @ incidence).toarray())
    length = np.sqrt(joint.diagonal())
    cosine: Floats = joint / np.maximum(np.outer(length, length), 1e-12)
    np.fill_diagonal(cosine, 0)
    return cosine
