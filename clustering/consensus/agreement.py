"""How far the clusterings of an ensemble agree, with each other and with a consensus."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from clustering.consensus.ensemble import Ensemble
from clustering.metrics.agreement import ari, nmi, variation_of_information
from clustering.metrics.contingency import contingency, entropy

Compared: TypeAlias = Callable[[ArrayLike, ArrayLike], float]


@dataclass(frozen=True)
class Agreement:
    """Figures of every pair of clusterings; nan where two have no labeled sample in common."""

    names: tuple[str, ...]
    nmi: NDArray[np.float64]
    """(M, M) normalized mutual information, 1 on the diagonal."""
    ari: NDArray[np.float64]
    """(M, M) adjusted Rand index, 1 on the diagonal."""
    vi: NDArray[np.float64]
    """(M, M) variation of information in nats, 0 on the diagonal."""

    def json(self) -> dict[str, Any]:
        """Names and rows of figures as JSON has them: null where undefined."""
        tables = {"nmi": self.nmi, "ari": self.ari, "vi": self.vi}
        return {"names": list(self.names)} | {name: _rows(table) for name, table in tables.items()}


def agreement(ensemble: Ensemble) -> Agreement:
    """Compare every pair of clusterings, over the samples that both label."""
    return Agreement(
        ensemble.names,
        nmi=_pairwise(ensemble, nmi),
        ari=_pairwise(ensemble, ari),
        vi=_pairwise(ensemble, variation_of_information),
    )


def geometric_nmi(first: ArrayLike, second: ArrayLike) -> float:
    """I(A; B) / √(H(A) H(B)) in [0, 1]; 1 for two partitions of one group, 0 where only one has but one.

    Source:
        Strehl, Ghosh 2002, eq. 2.
    """
    table = contingency(first, second)
    product = entropy(table.rows) * entropy(table.columns)
    if product == 0:
        return float(entropy(table.rows) == entropy(table.columns))
    return min(1.0, table.mutual_information() / math.sqrt(product))


def anmi(labels: NDArray[np.int64], ensemble: Ensemble) -> float:
    """Mean geometric NMI of a clustering (n,) with those of an ensemble, each over the samples both label.

    Source:
        Strehl, Ghosh 2002, eq. 4.
    """
    return float(np.nanmean([_between(labels, member, geometric_nmi) for member in ensemble.labels]))


def _pairwise(ensemble: Ensemble, compared: Compared) -> NDArray[np.float64]:
    matrix = np.empty((ensemble.m, ensemble.m))
    for i, first in enumerate(ensemble.labels):
        for j in range(i + 1):
            matrix[i, j] = matrix[j, i] = _between(first, ensemble.labels[j], compared)
    return matrix


def _between(first: NDArray[np.int64], second: NDArray[np.int64], compared: Compared) -> float:
    both = (first >= 0) & (second >= 0)
    return compared(first[both], second[both]) if both.any() else math.nan


def _rows(table: NDArray[np.float64]) -> list[list[float | None]]:
    return [[float(value) if math.isfinite(value) else None for value in row] for row in table]
