"""Samples parted by the nearest center, for several sets of centers in one pass."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from clustering.partition.kmeans import means_of
from clustering.partition.points import Points


@dataclass(frozen=True)
class Parts:
    """Samples by the nearest of some centers."""

    labels: Tensor
    """(n,) int64, the lowest on a tie."""
    means: Tensor
    """(k, d) of the samples of each center, zero where there are none."""
    sizes: Tensor
    """(k,) samples of each center, in the type of the samples."""
    empty: bool
    """Whether some center has no samples."""


def parted(points: Points, sets: Sequence[Tensor]) -> list[Parts]:
    """Part all samples by the nearest center of each set.

    A sample belongs to the center whose score is the smallest, and to find where it is takes longer than to
    compare it with the others: a product with ones in these places gives sums and sizes, another one labels.
    Where two scores are the smallest, sizes do not add up to n, and labels come first.

    Args:
        points: n samples of d features.
        sets: (k, d) centers each.
    """
    counts, n = [len(centers) for centers in sets], len(points.rows)
    centers = torch.cat(list(sets))
    totals = centers.new_zeros(centers.shape[1] + 1, len(centers))
    ranks = [torch.arange(k, dtype=centers.dtype, device=centers.device) for k in counts]
    labels = torch.empty(len(sets), n, dtype=torch.int64, device=centers.device)
    for block in points.blocks(len(centers)):
        scores = points.scores(centers, block)
        for label, rank, own in zip(labels, ranks, torch.split(scores, counts), strict=True):
            label[block] = rank @ own.sub_(own.amin(dim=0)).eq_(0)
        totals.addmm_(points.columns[:, block], scores.T)
    found = zip(sets, labels, torch.split(totals.T, counts), strict=True)
    return [_settled(points, own, label, total) for own, label, total in found]


def _settled(points: Points, centers: Tensor, labels: Tensor, totals: Tensor) -> Parts:
    """From sums and sizes (k, d + 1) to means, once every sample belongs to one center alone."""
    sizes = totals[:, -1]
    told: list[float] = sizes.tolist()
    if sum(told) == len(labels):
        return Parts(labels, totals[:, :-1] / sizes.clamp_min(1)[:, None], sizes, min(told) == 0)
    labels = points.nearest(centers)
    means, sizes = means_of(points.rows, labels, len(centers))
    return Parts(labels, means, sizes, bool((sizes == 0).any()))
