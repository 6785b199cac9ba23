"""An ensemble: several clusterings of the same samples."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

from clustering.consensus.label_rows import LabelRows, in_order_of_samples, label_rows, one_hot
from clustering.errors import InvalidData

Labels: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True)
class Ensemble:
    """Clusterings of the same n samples. Build it with `Ensemble.of`."""

    labels: Labels
    """(M, n) a clustering a row, its clusters counted from 0 as its samples name them; -1 is missing."""
    names: tuple[str, ...]
    """(M,) of the clusterings."""

    @classmethod
    def of(
        cls, labels: Sequence[ArrayLike] | NDArray[Any], names: Sequence[str] = (), *, fewest: int = 2
    ) -> "Ensemble":
        """Check clusterings and number their clusters.

        Args:
            labels: M rows (n,) of whole numbers; below 0, or nan, is missing. Their names do not matter.
            names: of the clusterings; without them they are counted.
            fewest: how many clusterings there have to be.

        Raises:
            InvalidData: fewer clusterings, different lengths, no whole numbers, or a clustering
                without any label.
        """
        rows = [np.asarray(row) for row in labels]
        called = tuple(names) or tuple(str(index) for index in range(len(rows)))
        if len(rows) < fewest:
            raise InvalidData(f"An ensemble needs at least {fewest} clusterings; met {len(rows)}.")
        if len(called) != len(rows):
            raise InvalidData(f"{len(rows)} clusterings need as many names; met {len(called)}.")
        shapes = {row.shape for row in rows}
        if len(shapes) > 1 or rows[0].ndim != 1 or rows[0].size == 0:
            met = ", ".join(str(shape) for shape in sorted(shapes))
            raise InvalidData(f"Clusterings of the same samples (n,) are needed; met shapes {met}.")
        return cls(np.stack([_numbered(*each) for each in zip(rows, called, strict=True)]), called)

    @property
    def n(self) -> int:
        """Samples."""
        return int(self.labels.shape[1])

    @property
    def m(self) -> int:
        """Clusterings."""
        return len(self.labels)

    @property
    def clusters(self) -> NDArray[np.int64]:
        """(M,) clusters of each clustering."""
        counts: NDArray[np.int64] = self.labels.max(axis=1) + 1
        return counts

    @cached_property
    def one_hot(self) -> csr_array:
        """(n, q) the memberships H = [H_1 … H_M] in all q clusters, in the order of the clusterings."""
        return one_hot(self.labels)

    @cached_property
    def rows(self) -> LabelRows:
        """The distinct rows of labels."""
        return label_rows(self.labels)

    def for_clusters(self, k: int) -> LabelRows:
        """The distinct rows of labels, of which k clusters are to be made.

        Raises:
            InvalidData: more clusters than distinct rows of labels, or fewer than 1.
        """
        if not 1 <= k <= len(self.rows.sizes):
            most = len(self.rows.sizes)
            raise InvalidData(
                f"k is {k}; the ensemble tells {most} kinds of samples apart, so 1 to {most} are accepted."
            )
        return self.rows


def _numbered(row: NDArray[Any], name: str) -> Labels:
    """Clusters counted from 0 in the order in which samples name them; -1 is missing."""
    if row.dtype.kind not in "buif":
        raise InvalidData(f"Labels of {name} have dtype {row.dtype}; accepted are whole numbers.")
    known = row >= 0
    whole = row[known].astype(np.float64)
    if not np.isfinite(whole).all() or (whole != np.floor(whole)).any():
        raise InvalidData(f"Labels of {name} are no whole numbers; accepted are 0, 1, … and -1 for missing.")
    if not known.any():
        raise InvalidData(f"Clustering {name} labels no sample.")
    return in_order_of_samples(np.where(known, row, -1).astype(np.int64))
