"""Counting how two labelings of the same samples meet."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

from clustering.errors import InvalidData

NOISE = -1


@dataclass(frozen=True)
class Contingency:
    """The non-empty cells of the table of two labelings of n samples, in int64."""

    cells: csr_array
    """(a, b) sparse counts; row i is the i-th smallest label of the first labeling."""

    @property
    def n(self) -> int:
        return int(self.cells.sum())

    @property
    def rows(self) -> NDArray[np.int64]:
        """(a,) sizes of the first labeling's groups."""
        return np.asarray(self.cells.sum(axis=1), dtype=np.int64)

    @property
    def columns(self) -> NDArray[np.int64]:
        """(b,) sizes of the second labeling's groups."""
        return np.asarray(self.cells.sum(axis=0), dtype=np.int64)

    def mutual_information(self) -> float:
        """I(A; B) in nats, never negative."""
        table, n = self.cells.tocoo(), self.n
        count = table.data.astype(np.float64)
        by_row = self.rows[table.row].astype(np.float64)
        by_column = self.columns[table.col].astype(np.float64)
        shared = count / n * np.log(count * n / (by_row * by_column))
        return max(0.0, float(shared.sum()))


def contingency(first: ArrayLike, second: ArrayLike) -> Contingency:
    """Count the samples of every pair of labels; memory grows with the pairs that occur, not with a·b."""
    names_a, a = np.unique(np.asarray(first), return_inverse=True)
    names_b, b = np.unique(np.asarray(second), return_inverse=True)
    ones = np.ones(len(a), dtype=np.int64)
    return Contingency(csr_array((ones, (a, b)), shape=(len(names_a), len(names_b))))


def entropy(sizes: NDArray[np.int64]) -> float:
    """H in nats of a partition given by its group sizes; 0 · log 0 is 0."""
    share = sizes[sizes > 0].astype(np.float64) / sizes.sum()
    return max(0.0, float(-(share * np.log(share)).sum()))


def paired(
    truth: ArrayLike, labels: ArrayLike, *, ignore_noise: bool = False
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Both labelings as int64 (n,), without the samples labeled noise where asked.

    Raises:
        InvalidData: other shapes than (n,) and (n,), labels that are no integers, or nothing to compare.
    """
    a, b = np.asarray(truth), np.asarray(labels)
    if a.ndim != 1 or a.shape != b.shape:
        raise InvalidData(f"two labelings of the same samples are needed; met shapes {a.shape} and {b.shape}")
    if a.dtype.kind not in "biu" or b.dtype.kind not in "biu":
        raise InvalidData(f"labels must be integers; met {a.dtype} and {b.dtype}")
    if ignore_noise:
        kept = b != NOISE
        a, b = a[kept], b[kept]
    if len(a) == 0:
        raise InvalidData("no sample is left to compare")
    return a.astype(np.int64), b.astype(np.int64)
