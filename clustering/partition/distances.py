"""Distances of many samples to few centers, in memory that does not grow with the number of samples."""

from collections.abc import Iterator

import torch
from torch import Tensor

BLOCK_ENTRIES = 1 << 22


def blocks(z: Tensor, k: int) -> Iterator[slice]:
    """Slices of the rows of z, such that a (rows, k) matrix stays below four million entries."""
    rows = max(1, BLOCK_ENTRIES // max(k, z.shape[1]))
    for start in range(0, len(z), rows):
        yield slice(start, start + rows)


def squared_distances(z: Tensor, centers: Tensor) -> Tensor:
    """(b, k) squared Euclidean distances as ‖z‖² - 2 z·μ + ‖μ‖², never below zero.

    Args:
        z: (b, d) samples, best centered around zero: the expansion loses digits far from it.
        centers: (k, d).
    """
    offset = z.square().sum(dim=1, keepdim=True) + centers.square().sum(dim=1)
    return torch.addmm(offset, z, centers.T, alpha=-2).clamp_min(0)


def nearest(z: Tensor, centers: Tensor) -> tuple[Tensor, Tensor]:
    """The nearest center of each sample.

    Args:
        z: (n, d) samples.
        centers: (k, d).

    Returns:
        (n,) indices int64, the lowest on a tie, and (n,) squared distances.
    """
    found = [squared_distances(z[block], centers).min(dim=1) for block in blocks(z, len(centers))]
    return torch.cat([each.indices for each in found]), torch.cat([each.values for each in found])


def nearest_center(z: Tensor, centers: Tensor) -> Tensor:
    """(b,) int64 the nearest of the centers (k, d) to each of z (b, d), measured from the centers' mean."""
    middle = centers.mean(dim=0)
    return nearest(z - middle, centers - middle)[0]
