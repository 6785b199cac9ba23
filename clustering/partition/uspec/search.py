"""The nearest of a few representatives to each of many samples, without comparing all with all."""

import math
from collections.abc import Callable, Iterator

import torch
from torch import Tensor, nn

from clustering.partition.distances import blocks, nearest, squared_distances
from clustering.partition.kmeans import kmeans

EXACT_ENTRIES = 50_000_000
"""Up to so many distances all are computed."""
ITERATIONS = 20
WIDENING = 10
"""Representatives around the nearest one that are looked at for each neighbor."""
BLOCK_ENTRIES = 1 << 24


class Search(nn.Module):
    """Representatives, grouped so that the nearest of them are found soon. Fill it by `place`.

    Approximate search takes three steps: the nearest of √p groups of representatives, the nearest
    representative r within that group, and the nearest among r and those around r.

    Source:
        Huang et al. 2020 (U-SPEC), section 3.1.2; K' = 10 K as in the authors' code.
    """

    representatives: Tensor
    """(p, d)."""
    middles: Tensor
    """(g, d) of the groups; none where the search is exact."""
    group: Tensor
    """(p,) int64 of each representative."""
    around: Tensor
    """(p, 10 K + 1) int64 representatives around each, itself included."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("representatives", torch.zeros(0, 0))
        self.register_buffer("middles", torch.zeros(0, 0))
        self.register_buffer("group", torch.zeros(0, dtype=torch.int64))
        self.register_buffer("around", torch.zeros(0, 0, dtype=torch.int64))

    def place(
        self, representatives: Tensor, *, neighbors: int, exact: bool, generator: torch.Generator
    ) -> None:
        """Take in representatives.

        Args:
            representatives: (p, d), all different.
            neighbors: K that `nearest` will be asked for.
            exact: whether it shall compare all with all.
            generator: on the CPU.
        """
        self.representatives = representatives
        self.middles, self.group, self.around = representatives[:0], self.group[:0], self.around[:0]
        if not exact:
            centered = representatives - representatives.mean(dim=0)
            groups = math.isqrt(len(representatives))
            found = kmeans(centered, groups, generator=generator, n_init=1, max_iter=ITERATIONS)
            used, self.group = torch.unique(found.labels, return_inverse=True)
            self.middles = found.centers[used] + representatives.mean(dim=0)
            self.around = _around(centered, min(WIDENING * neighbors + 1, len(centered)))

    def nearest(self, z: Tensor, count: int, reach: Callable[[float], None]) -> tuple[Tensor, Tensor]:
        """The nearest representatives of samples.

        Args:
            z: (n, d) samples.
            count: K of them for each; all if there are fewer.
            reach: told how much is done, from 0 to 1; raises if the work is to end.

        Returns:
            (n, K) int64 of the representatives, the nearest first, and (n, K) their Euclidean distances.
        """
        count = min(count, len(self.representatives))
        middle = self.representatives.mean(dim=0)
        centered, middles = self.representatives - middle, self.middles - middle
        size = max(1, BLOCK_ENTRIES // max(64, z.shape[1] * (count + 2)))
        found, distances = [], []
        for start in range(0, len(z), size):
            reach(start / len(z))
            rows = z[start : start + size] - middle
            exact = len(self.around) == 0
            which = _of_all(rows, centered, count) if exact else self._near(rows, centered, middles, count)
            apart, order = (rows[:, None] - centered[which]).norm(dim=2).sort(dim=1)
            found.append(which.gather(1, order))
            distances.append(apart)
        return torch.cat(found), torch.cat(distances)

    def _near(self, z: Tensor, representatives: Tensor, middles: Tensor, count: int) -> Tensor:
        groups = nearest(z, middles)[0]
        first = torch.empty_like(groups)
        for group, rows in _alike(groups, len(middles)):
            members = (self.group == group).nonzero().squeeze(1)
            first[rows] = members[squared_distances(z[rows], representatives[members]).argmin(dim=1)]
        found = groups.new_empty(len(z), count)
        for representative, rows in _alike(first, len(representatives)):
            around = self.around[representative]
            apart = squared_distances(z[rows], representatives[around])
            found[rows] = around[apart.topk(count, dim=1, largest=False).indices]
        return found


def _of_all(z: Tensor, representatives: Tensor, count: int) -> Tensor:
    found = [
        squared_distances(z[block], representatives).topk(count, dim=1, largest=False).indices
        for block in blocks(z, len(representatives))
    ]
    return torch.cat(found)


def _around(representatives: Tensor, count: int) -> Tensor:
    """(p, count) the nearest representatives to each, itself first."""
    found = []
    for block in blocks(representatives, len(representatives)):
        apart = squared_distances(representatives[block], representatives)
        apart[:, block].fill_diagonal_(-1)
        found.append(apart.topk(count, dim=1, largest=False).indices)
    return torch.cat(found)


def _alike(keys: Tensor, count: int) -> Iterator[tuple[int, Tensor]]:
    """Each key 0..count-1 that is met, with its positions."""
    order = keys.argsort(stable=True)
    sizes = torch.bincount(keys, minlength=count).tolist()
    for key, rows in enumerate(torch.split(order, sizes)):
        if len(rows):
            yield key, rows
