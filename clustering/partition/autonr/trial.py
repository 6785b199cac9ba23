"""What all attempts to better a model have in common."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Generator, Tensor

from clustering.partition.nonredundant import NonRedundant, Options, Start
from clustering.partition.nrkmeans import nrkmeans, refined


@dataclass(frozen=True)
class Trial:
    """How attempts are made."""

    options: Options
    """With a coding, and pruning."""
    generator: Generator
    repetitions: int
    """Random starts of an attempt that has nothing to go on from."""
    max_clusters: int
    """Of one space."""

    def random(self, y: Tensor, clusters: Sequence[int]) -> NonRedundant:
        """The shortest description of y (n, m) from random starts."""
        return nrkmeans(y, clusters, self.generator, n_init=self.repetitions, options=self.options)

    def onward(self, y: Tensor, start: Start) -> NonRedundant:
        """What is found from a start."""
        return refined(y, start, self.options)


def bits(found: NonRedundant) -> float:
    """Of all spaces together."""
    return sum(found.space_mdl)


def nearest_joined(centers: Tensor, own: Tensor) -> Tensor:
    """(k - 1, d) centers: the two nearest, as seen in the directions (d, m), give way to their midpoint."""
    apart = torch.cdist(centers @ own, centers @ own)
    apart.fill_diagonal_(torch.inf)
    i, j = divmod(int(apart.argmin()), len(centers))
    rest = [row for row in range(len(centers)) if row not in (i, j)]
    return torch.cat([centers[rest], (centers[i] + centers[j])[None] / 2])


def widest_split(y: Tensor, found: NonRedundant, space: int) -> Tensor:
    """(k + 1, d) centers of a space: the cluster of largest variance gets two, a deviation to either side.

    Source:
        Leiber et al. 2022 (AutoNR). Departs: to the sides of the cluster's longest axis within the space, not
        along the vector of the variances (docs/decisions/0022).
    """
    own, labels = found.rotation[:, found.dimensions[space]], found.labels[space]
    centers = found.centers[space]
    members = [(y[labels == k] - centers[k]) @ own for k in range(len(centers))]
    variances = [float(part.square().mean()) for part in members]
    widest = max(range(len(centers)), key=variances.__getitem__)
    values, axes = torch.linalg.eigh(members[widest].T @ members[widest] / len(members[widest]))
    step = own @ axes[:, -1] * values[-1].clamp_min(0).sqrt()
    halves = torch.stack([centers[widest] - step, centers[widest] + step])
    return torch.cat([centers[:widest], centers[widest + 1 :], halves])


def replaced(x: Tensor, model: NonRedundant, old: Sequence[int], found: NonRedundant) -> Start:
    """The model with the spaces found within some old ones in their place, most clusters first, noise last.

    Args:
        x: (n, d) samples.
        model: of x.
        old: spaces of the model that give way.
        found: of x seen along the directions of the old spaces.
    """
    held = torch.cat([model.dimensions[s] for s in old])
    rotation = model.rotation.clone()
    rotation[:, held] = rotation[:, held] @ found.rotation
    kept = [s for s in range(len(model.dimensions)) if s not in old]
    shares = [model.dimensions[s] for s in kept] + [held[own] for own in found.dimensions]
    labels = [model.labels[s] for s in kept] + list(found.labels)
    counts = [model.counts[s] for s in kept] + found.counts
    order = sorted(range(len(shares)), key=lambda s: -counts[s])
    centers = [torch.stack([x[labels[s] == k].mean(dim=0) for k in range(counts[s])]) for s in order]
    return Start(rotation, [shares[s] for s in order], centers)
