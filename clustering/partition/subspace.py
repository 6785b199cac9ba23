"""Clusters of samples in subspaces: whose they are, where the centers lie, and what lies around them."""

import math
from dataclasses import dataclass, field, replace
from functools import cached_property

import torch
from torch import Tensor

from clustering.partition.kmeans import means_of
from clustering.partition.mdl import NOTHING
from clustering.partition.nonredundant import Options, Start
from clustering.partition.outliers import marked, outlier_threshold
from clustering.partition.parting import Parts, parted
from clustering.partition.points import Points


@dataclass(frozen=True)
class Samples:
    """Samples around zero, and what is computed of them once."""

    x: Tensor
    """(n, d) float64."""
    points: Points = field(init=False)
    total: Tensor = field(init=False)
    """(d, d) XᵀX."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "points", Points(self.x))
        object.__setattr__(self, "total", self.x.T @ self.x)

    def along(self, scatter: Tensor, own: Tensor) -> Tensor:
        """(m,) scatter along directions (d, m), zero where it is but rounding."""
        found = ((scatter @ own) * own).sum(dim=0)
        return torch.where(found > NOTHING * self.total.trace(), found, 0.0)


@dataclass(frozen=True)
class Partition:
    """Clusters of samples in a subspace."""

    centers: Tensor
    """(k, d) float64 means in all dimensions of the samples."""
    labels: Tensor
    """(n,) int64, -1 for outliers."""
    sizes: Tensor
    """(k,) float64 samples of each cluster."""
    total: Tensor
    """(d, d) scatter of all but the outliers, about zero."""
    outside: int = 0
    """Outliers."""
    threshold: float = math.inf
    """Squared distance beyond which a sample is an outlier."""

    @property
    def k(self) -> int:
        """Clusters."""
        return len(self.centers)

    @cached_property
    def roots(self) -> Tensor:
        """(r, d) R = √n_k μ_k: RᵀR = Σ_k n_k μ_k μ_kᵀ lies between the clusters; no rows of one cluster."""
        if self.k == 1 and not self.outside:
            return self.centers[:0]
        return self.centers * self.sizes.sqrt()[:, None]

    @cached_property
    def scatter(self) -> Tensor:
        """(d, d) within the clusters, without outliers: that of all samples less that between centers."""
        return self.total - self.roots.T @ self.roots

    @property
    def weighed(self) -> Tensor:
        """(d, d) scatter as if no sample were missing."""
        n = len(self.labels)
        return self.scatter * (n / (n - self.outside)) if self.outside else self.scatter


def clustered(samples: Samples, start: Start, options: Options) -> list[Partition]:
    """Assign samples to the centers nearest in each space, and move these to their means in all dimensions.

    ‖Pᵀ (x - μ)‖² orders the centers as ‖P Pᵀ μ‖² - 2 xᵀ P Pᵀ μ does, which needs no rotated samples; so one
    pass over all samples serves every space. A cluster that runs empty takes the sample farthest from its
    center, unless outliers are told apart.

    Args:
        samples: all of them.
        start: rotation, dimensions and centers of each space.
        options: whether to tell outliers apart, and to drop clusters that stay empty.
    """
    owns = [start.rotation[:, share] for share in start.dimensions]
    several = [s for s, centers in enumerate(start.centers) if len(centers) > 1]
    seen = [start.centers[s] @ owns[s] @ owns[s].T for s in several]
    found = dict(zip(several, parted(samples.points, seen), strict=True)) if several else {}
    return [
        _partition(samples, centers, own, found.get(s), options=options)
        for s, (centers, own) in enumerate(zip(start.centers, owns, strict=True))
    ]


def _partition(
    samples: Samples, centers: Tensor, own: Tensor, parts: Parts | None, *, options: Options
) -> Partition:
    """From samples parted by the centers (k, d) along directions (d, m) to clusters; one cluster has all."""
    n = len(samples.x)
    if parts is None:
        labels, means = torch.zeros(n, dtype=torch.int64), torch.zeros_like(centers)
        sizes = centers.new_full((1,), n)
    else:
        labels, means, sizes = parts.labels, parts.means, parts.sizes
        if parts.empty:
            if not options.apart:
                labels = _refilled(samples, labels, means, own)
            labels, means, sizes = _settled(samples, labels, centers, prune=options.prune)
    found = Partition(means, labels, sizes, samples.total)
    if options.coding is None or not options.apart:
        return found
    spread = float(samples.along(found.scatter, own).sum())
    threshold = outlier_threshold(options.coding, own.shape[1], len(means), spread)
    labels = marked(labels, distances_in(samples.x, means, own, labels), threshold, len(means))
    return _apart(samples, Partition(means, labels, sizes, samples.total, threshold=threshold))


def distances_in(x: Tensor, centers: Tensor, own: Tensor, labels: Tensor) -> Tensor:
    """(n,) squared distances of x (n, d) to their own centers in the directions (d, m)."""
    return (x @ own - (centers @ own)[labels]).square().sum(dim=1)


def _apart(samples: Samples, found: Partition) -> Partition:
    """Means and scatter without the outliers."""
    inside = found.labels >= 0
    if bool(inside.all()):
        return found
    means, sizes = means_of(samples.x[inside], found.labels[inside], found.k)
    means = torch.where(sizes[:, None] > 0, means, found.centers)
    out = samples.x[~inside]
    return replace(found, centers=means, sizes=sizes, total=samples.total - out.T @ out, outside=len(out))


def _refilled(samples: Samples, labels: Tensor, means: Tensor, own: Tensor) -> Tensor:
    """Labels with the sample farthest from its center in each empty cluster, while one is off its center."""
    labels, distances = labels.clone(), distances_in(samples.x, means, own, labels)
    for empty in (torch.bincount(labels, minlength=len(means)) == 0).nonzero().flatten().tolist():
        farthest = int(distances.argmax())
        if float(distances[farthest]) <= NOTHING * float(samples.total.trace()):
            break
        labels[farthest], distances[farthest] = empty, 0.0
    return labels


def _settled(
    samples: Samples, labels: Tensor, centers: Tensor, *, prune: bool
) -> tuple[Tensor, Tensor, Tensor]:
    """Labels, means and sizes where some clusters are empty: these are dropped, or keep their centers."""
    if prune:
        kept = torch.bincount(labels, minlength=len(centers)) > 0
        labels, centers = (kept.cumsum(dim=0) - 1)[labels], centers[kept]
    means, sizes = means_of(samples.x, labels, len(centers))
    return labels, torch.where(sizes[:, None] > 0, means, centers), sizes
