"""Samples in the layouts that passes of k-means take."""

from functools import cached_property

import torch
from torch import Tensor

from clustering.partition.distances import blocks


class Points:
    """Samples (n, d), and what every iteration takes of them."""

    def __init__(self, z: Tensor) -> None:
        self.rows = z
        self.columns = torch.cat([z.T, z.new_ones(1, len(z))])
        """(d + 1, n), ones below: a product with them adds a constant, or gives sums and sizes at once. Over
        samples in columns the minimum runs along memory."""

    @cached_property
    def squares(self) -> Tensor:
        """(n,) squared distances to the origin."""
        return self.rows.square().sum(dim=1)

    def blocks(self, k: int) -> list[slice]:
        """Slices of the samples, such that a (k, samples) matrix stays small."""
        return list(blocks(self.rows, k))

    def scores(self, centers: Tensor, block: slice) -> Tensor:
        """(k, b) ‖μ‖² - 2 μ·z, by which the nearest of centers (k, d) to a sample is the smallest."""
        offset = centers.square().sum(dim=1, keepdim=True)
        return torch.cat([-2 * centers, offset], dim=1) @ self.columns[:, block]

    def distances(self, centers: Tensor) -> Tensor:
        """(k, n) squared distances to few centers (k, d)."""
        return self.scores(centers, slice(None)).add_(self.squares).clamp_min_(0)

    def nearest(self, centers: Tensor) -> Tensor:
        """(n,) int64 the nearest of the centers (k, d) to each sample, the lowest on a tie."""
        parts = [self.scores(centers, block).min(dim=0).indices for block in self.blocks(len(centers))]
        return torch.cat(parts)
