"""Comparing a clustering with true labels."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from clustering.errors import InvalidData
from clustering.metrics.agreement import accuracy, ami, ari, nmi, purity
from clustering.metrics.between import matched_nmi
from clustering.metrics.means import sizes

MEASURES = {"acc": accuracy, "nmi": nmi, "ari": ari, "ami": ami, "purity": purity}


@dataclass(frozen=True)
class Truth:
    """True labels of the samples by column.

    Raises:
        InvalidData: a column with another number of samples.
    """

    columns: Mapping[str, NDArray[np.int64]]
    """(n,) codes."""
    names: Mapping[str, Sequence[str]]
    """Of each column, the name of each code; a code without one is named by its number."""
    n: int

    def __post_init__(self) -> None:
        for column, codes in self.columns.items():
            if codes.shape != (self.n,):
                raise InvalidData(
                    f"Label column {column!r} has shape {codes.shape}; accepted is ({self.n},)."
                )

    def agreement(self, labels: NDArray[np.int64]) -> dict[str, dict[str, float]]:
        """{column: {"acc", "nmi", "ari", "ami", "purity"}}; noise counts as errors."""
        return {column: _compared(codes, labels) for column, codes in self.columns.items()}

    def matched(self, labelings: Sequence[NDArray[np.int64]]) -> dict[str, dict[str, Any]]:
        """{column: {"clustering", "acc", "nmi", …}}: a clustering of its own for each column.

        The sum of the NMI is the largest; a column that too few clusterings leave without one is missing.
        """
        partners, _ = matched_nmi(labelings, list(self.columns.values()))
        return {
            column: {"clustering": int(partner), **_compared(codes, labelings[partner])}
            for (column, codes), partner in zip(self.columns.items(), partners, strict=True)
            if partner >= 0
        }

    def purities(self, labels: NDArray[np.int64], k: int) -> list[dict[str, dict[str, Any]] | None]:
        """Of each of k clusters {column: {"label", "value"}}: its most frequent label and the share."""
        found: list[dict[str, dict[str, Any]]] = [{} for _ in range(k)]
        inside, count = labels >= 0, sizes(labels, k)
        for column, codes in self.columns.items():
            values, code = np.unique(codes[inside], return_inverse=True)
            ones = np.ones(len(code), dtype=np.int64)
            table = csr_array((ones, (labels[inside], code)), shape=(k, max(1, len(values))))
            best, most = table.argmax(axis=1), table.max(axis=1).toarray()
            for cluster in np.flatnonzero(count):
                share = float(most[cluster] / count[cluster])
                found[cluster][column] = {"label": self._name(column, values[best[cluster]]), "value": share}
        return [each or None for each in found]

    def _name(self, column: str, code: int) -> str:
        names = self.names.get(column, ())
        return names[code] if 0 <= code < len(names) else str(code)


def _compared(codes: NDArray[np.int64], labels: NDArray[np.int64]) -> dict[str, float]:
    return {name: measure(codes, labels) for name, measure in MEASURES.items()}
