"""How much several clusterings of the same samples repeat each other."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from clustering.metrics.agreement import ari, nmi, variation_of_information
from clustering.metrics.between import pairwise
from clustering.metrics.crossings import crossings

Matrix = list[list[float]]

AT_ONCE = 2048
"""Clusters of all clusterings up to which each is crossed with each at once."""


@dataclass(frozen=True)
class Redundancy:
    """Of every pair of m clusterings, whose outliers count as one more cluster."""

    names: list[str]
    nmi: Matrix
    ari: Matrix
    vi: Matrix
    """Variation of information in nats: 0 of equal clusterings, larger where they differ."""

    def means(self, among: Sequence[int]) -> dict[str, float]:
        """{"nmi", "ari", "vi"}: means over the pairs among these clusterings; empty of fewer than two.

        Source:
            Miklautz et al. 2020 (ENRC), the average variation of information between found clusterings.
        """
        if len(among) < 2:
            return {}
        above = np.triu_indices(len(among), k=1)
        tables = {"nmi": self.nmi, "ari": self.ari, "vi": self.vi}
        return {
            name: float(np.array(table)[np.ix_(among, among)][above].mean()) for name, table in tables.items()
        }


def redundancy(names: Sequence[str], labelings: Sequence[NDArray[np.int64]]) -> Redundancy | None:
    """Compare clusterings (n,) pair by pair; None of fewer than two."""
    if len(labelings) < 2:
        return None
    clusters = 2 + max(int(labels.max(initial=-1)) for labels in labelings)
    if len(labelings) * clusters <= AT_ONCE:
        found = crossings(torch.from_numpy(np.stack(labelings) + 1), clusters)
        return Redundancy(list(names), found.nmi().tolist(), found.ari().tolist(), found.vi().tolist())
    return Redundancy(
        names=list(names),
        nmi=pairwise(nmi, labelings, itself=1.0).tolist(),
        ari=pairwise(ari, labelings, itself=1.0).tolist(),
        vi=pairwise(variation_of_information, labelings, itself=0.0).tolist(),
    )
