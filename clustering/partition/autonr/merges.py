"""Merging two spaces of clusters into one."""

import torch
from torch import Tensor

from clustering.partition.autonr.trial import Trial, bits, nearest_joined
from clustering.partition.nonredundant import NonRedundant, Start


def merged(y: Tensor, pair: tuple[Tensor, Tensor], trial: Trial) -> NonRedundant | None:
    """Make one space of two: from all pairs of centers, then fewer while that pays.

    Args:
        y: (n, m) samples as seen in both spaces, the directions of the first before those of the second.
        pair: (k_i, m_i) and (k_j, m_j) centers as seen in each.
        trial: how to try.

    Returns:
        One space, or None where its clusters are too many.

    Source:
        Leiber et al. 2022 (AutoNR), cluster-space merge.
    """
    first, second = pair
    m, least = y.shape[1], max(len(first), len(second))
    whole = torch.eye(m, dtype=torch.float64)
    centers = torch.cat([first.repeat_interleave(len(second), dim=0), second.repeat(len(first), 1)], dim=1)
    while len(centers) > min(trial.max_clusters, len(y)):
        centers = nearest_joined(centers, whole)
    best: NonRedundant | None = None
    while len(centers) >= least:
        found = trial.onward(y, Start(whole, [torch.arange(m)], [centers]))
        if best is not None and bits(found) >= bits(best):
            break
        best, centers = found, nearest_joined(found.centers[0], whole)
        if len(centers) < 2:
            break
    return best
