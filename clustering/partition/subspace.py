"""Clusters of samples in a subspace: whose they are, where the centers lie, and what lies around them."""

import math
from dataclasses import dataclass, field, replace

import torch
from torch import Tensor

from clustering.partition.kmeans import means_of
from clustering.partition.mdl import NOTHING
from clustering.partition.nonredundant import Options
from clustering.partition.outliers import marked, outlier_threshold


@dataclass(frozen=True)
class Samples:
    """Samples around zero, and what is computed of them once."""

    x: Tensor
    """(n, d) float64."""
    total: Tensor = field(init=False)
    """(d, d) XᵀX."""

    def __post_init__(self) -> None:
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
    scatter: Tensor
    """(d, d) within the clusters, without outliers."""
    outside: int = 0
    """Outliers."""
    threshold: float = math.inf
    """Squared distance beyond which a sample is an outlier."""

    @property
    def k(self) -> int:
        """Clusters."""
        return len(self.centers)

    @property
    def weighed(self) -> Tensor:
        """(d, d) scatter as if no sample were missing."""
        n = len(self.labels)
        return self.scatter * (n / (n - self.outside)) if self.outside else self.scatter


def clustered(samples: Samples, centers: Tensor, own: Tensor, options: Options) -> Partition:
    """Assign samples to the centers nearest in a subspace, and move these to their means in all dimensions.

    Within-cluster scatter is that of all samples less that between centers, so nothing passes over n · d².
    A cluster that runs empty takes the sample farthest from its center, unless outliers are told apart.

    Args:
        samples: all of them.
        centers: (k, d).
        own: (d, m) orthonormal directions that span the subspace.
        options: whether to tell outliers apart, and to drop clusters that stay empty.
    """
    labels = nearest_in(samples.x, centers, own)
    if len(centers) == 1:
        means, sizes = torch.zeros_like(centers), samples.x.new_full((1,), len(labels))
    else:
        means, sizes = means_of(samples.x, labels, len(centers))
    if not bool((sizes > 0).all()):
        if not options.apart:
            labels = _refilled(samples, labels, means, own)
        labels, means, sizes = _settled(samples, labels, centers, prune=options.prune)
    scatter = samples.total - _between(means, sizes)
    if options.coding is None or not options.apart:
        return Partition(means, labels, scatter)
    spread = float(samples.along(scatter, own).sum())
    threshold = outlier_threshold(options.coding, own.shape[1], len(means), spread)
    labels = marked(labels, distances_in(samples.x, means, own, labels), threshold, len(means))
    return _apart(samples, Partition(means, labels, scatter, threshold=threshold))


def nearest_in(x: Tensor, centers: Tensor, own: Tensor) -> Tensor:
    """(n,) int64 the nearest of the centers (k, d) to each of x (n, d), as seen along the directions (d, m).

    ‖ownᵀ (x - μ)‖² orders the centers as ‖ownᵀ μ‖² - 2 xᵀ own ownᵀ μ does, which needs no rotated samples.
    """
    if len(centers) == 1:
        return torch.zeros(len(x), dtype=torch.int64, device=x.device)
    seen = centers @ own
    offset = seen.square().sum(dim=1, keepdim=True)
    return torch.addmm(offset, seen @ own.T, x.T, alpha=-2).min(dim=0).indices


def distances_in(x: Tensor, centers: Tensor, own: Tensor, labels: Tensor) -> Tensor:
    """(n,) squared distances of x (n, d) to their own centers in the directions (d, m)."""
    return (x @ own - (centers @ own)[labels]).square().sum(dim=1)


def _between(means: Tensor, sizes: Tensor) -> Tensor:
    """(d, d) Σ_k n_k μ_k μ_kᵀ."""
    return (means * sizes[:, None]).T @ means


def _apart(samples: Samples, found: Partition) -> Partition:
    """Means and scatter without the outliers."""
    inside = found.labels >= 0
    if bool(inside.all()):
        return found
    means, sizes = means_of(samples.x[inside], found.labels[inside], found.k)
    means = torch.where(sizes[:, None] > 0, means, found.centers)
    out = samples.x[~inside]
    scatter = samples.total - out.T @ out - _between(means, sizes)
    return replace(found, centers=means, scatter=scatter, outside=len(out))


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
