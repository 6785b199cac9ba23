"""k-means on tensors: greedy k-means++ seeding, Lloyd's iterations, the best of several starts."""

import math
from dataclasses import dataclass, replace
from operator import attrgetter

import torch
from torch import Tensor

from clustering.errors import InvalidData
from clustering.partition.distances import blocks
from clustering.partition.points import Points

TOLERANCE = 1e-4
RELAXATION = 1.5
"""How far centers go towards their means, which lie at 1: see `_lloyd`."""


@dataclass(frozen=True)
class KMeans:
    """A k-means partition: (k, d) centers, (n,) labels int64, summed squared distance, empty clusters."""

    centers: Tensor
    labels: Tensor
    inertia: float
    empty: int


def kmeans(
    z: Tensor,
    k: int,
    *,
    generator: torch.Generator,
    n_init: int = 10,
    max_iter: int = 300,
) -> KMeans:
    """Partition samples into k clusters of small squared distance to their means.

    A cluster that runs empty takes the sample farthest from its center. With fewer than k distinct
    samples some clusters stay empty; `empty` counts them.

    Args:
        z: (n, d) finite floating-point samples, n >= k.
        k: number of clusters.
        generator: a generator on the CPU; the same seed gives the same partition.
        n_init: starts, of which the one with the smallest inertia is kept.
        max_iter: Lloyd's iterations a start; it ends earlier once the summed squared distances of the centers
            from their means fall to 1e-4 of the mean variance.

    Raises:
        InvalidData: fewer samples than clusters, or a value that is not finite.

    Source:
        Lloyd 1982, overrelaxed as bound optimizers are by Salakhutdinov, Roweis 2003; Arthur, Vassilvitskii
        2007 with the greedy choice among 2 + ln k candidates.
    """
    checked(z, k)
    mean = z.mean(dim=0)
    points = Points(z - mean)
    seeds = (points.rows[seed_points(points, k, generator)] for _ in range(n_init))
    starts = (_lloyd(points, centers, max_iter) for centers in seeds)
    best = min(starts, key=attrgetter("inertia"))
    return replace(best, centers=best.centers + mean)


def kmeans_from(z: Tensor, centers: Tensor, *, max_iter: int) -> KMeans:
    """As `kmeans`, of samples (n, d) from given centers (k, d), for at most so many iterations."""
    checked(z, len(centers))
    mean = z.mean(dim=0)
    found = _lloyd(Points(z - mean), centers - mean, max_iter)
    return replace(found, centers=found.centers + mean)


def seed_centers(z: Tensor, k: int, generator: torch.Generator) -> Tensor:
    """The samples (k, d) that greedy k-means++ chooses as first centers; see `seed_rows`."""
    return z[seed_rows(z, k, generator)]


def seed_rows(z: Tensor, k: int, generator: torch.Generator) -> Tensor:
    """Choose k samples by greedy k-means++, each of several candidates the one that lowers the distance most.

    A candidate is drawn with probability proportional to its squared distance to the centers so far,
    or evenly once every sample coincides with one.

    Args:
        z: (n, d) samples, best centered around zero.
        k: number of centers.
        generator: a generator on the CPU.

    Returns:
        (k,) int64 rows of z, all of different samples where k are distinct.
    """
    return seed_points(Points(z), k, generator)


def seed_points(points: Points, k: int, generator: torch.Generator) -> Tensor:
    """As `seed_rows`, of points (n, d)."""
    z, candidates = points.rows, 2 + int(math.log(k))
    first = torch.randint(len(z), (1,), generator=generator).to(z.device)
    chosen = [first]
    closest = points.distances(z[first])[0]
    for _ in range(1, k):
        drawn = _draw(closest, candidates, generator)
        reached = torch.minimum(closest, points.distances(z[drawn]))
        best = reached.sum(dim=1, dtype=torch.float64).argmin()
        closest = reached[best]
        chosen.append(drawn[best][None])
    return torch.cat(chosen)


def seed_in_rounds(z: Tensor, k: int, generator: torch.Generator, *, together: int) -> Tensor:
    """Choose k samples as k-means++ does, but so many at a time, without a choice among candidates.

    One pass over the samples serves a whole round, which matters where k is in the hundreds.

    Args:
        z: (n, d) samples, best centered around zero.
        k: number of centers.
        generator: a generator on the CPU.
        together: samples drawn before distances are taken again.

    Returns:
        (k,) int64 rows of z; those of one round may coincide.

    Source:
        Bahmani et al. 2012 (k-means||), section 3, with rounds of fixed size that end at k.
    """
    points = Points(z)
    chosen = torch.randint(len(z), (1,), generator=generator).to(z.device)
    closest = points.distances(z[chosen])[0]
    while len(chosen) < k:
        drawn = _draw(closest, min(together, k - len(chosen)), generator)
        closest = torch.minimum(closest, points.distances(z[drawn]).amin(dim=0))
        chosen = torch.cat([chosen, drawn])
    return chosen


def means_of(z: Tensor, labels: Tensor, k: int) -> tuple[Tensor, Tensor]:
    """Mean and size of each cluster, by matrix products: the sum's order is the same in every run.

    Args:
        z: (n, d) samples.
        labels: (n,) cluster of each.
        k: number of clusters.

    Returns:
        (k, d) means, zero where a cluster is empty, and (k,) sizes in z's type.
    """
    sums = z.new_zeros(k, z.shape[1])
    sizes = z.new_zeros(k)
    for block in blocks(z, k):
        members = torch.zeros(k, len(z[block]), dtype=z.dtype, device=z.device)
        members.scatter_(0, labels[None, block], 1)
        sums.addmm_(members, z[block])
        sizes += members.sum(dim=1)
    return sums / sizes.clamp_min(1)[:, None], sizes


def checked(z: Tensor, k: int) -> None:
    """Refuse samples (n, d) that no k clusters can be formed of.

    Raises:
        InvalidData: fewer samples than clusters, or a value that is not finite.
    """
    if len(z) < k:
        raise InvalidData(f"{len(z)} samples cannot form {k} clusters; give at least as many samples.")
    if not bool(torch.isfinite(z).all()):
        raise InvalidData("The embeddings hold NaN or infinity; k-means needs finite values.")


def _draw(weights: Tensor, count: int, generator: torch.Generator) -> Tensor:
    """Rows (count,) with probability proportional to their weights (n,); summed up on the CPU, in order."""
    cumulative = weights.double().cpu().cumsum(dim=0)
    total = cumulative[-1]
    uniform = torch.rand(count, dtype=torch.float64, generator=generator)
    if float(total) <= 0:
        return (uniform * len(weights)).long().to(weights.device)
    drawn = torch.searchsorted(cumulative, uniform * total, right=True).clamp_max(len(weights) - 1)
    return drawn.to(weights.device)


def _lloyd(points: Points, centers: Tensor, max_iter: int) -> KMeans:
    """Iterate from the centers (k, d) until they are the means of their samples.

    A step goes beyond the mean, by half of the way to it: μ ← μ + 1.5 (mean - μ). The summed squared distance
    to μ is smallest at the mean and grows evenly around it, so that every step below 2 lowers the inertia; a
    tail of many small moves the same way gets shorter.
    """
    z = points.rows
    smallest_move = TOLERANCE * float(z.square().mean())
    for _ in range(max_iter):
        before, (means, whole) = centers, moved_means(points, centers)
        centers = torch.lerp(before, means, RELAXATION) if whole else means
        if float((means - before).square().sum()) <= smallest_move:
            break
    labels = points.nearest(means)
    inertia = float((z - means[labels]).square().sum(dtype=torch.float64))
    empty = int((torch.bincount(labels, minlength=len(means)) == 0).sum())
    return KMeans(means, labels, inertia, empty)


def moved_means(points: Points, centers: Tensor) -> tuple[Tensor, bool]:
    """The means (k, d) of the samples nearest to each center, and whether each has some.

    Found without labels, as those are four fifths of the work: a sample belongs to the center whose score is
    the smallest. Where two scores are, sizes do not add up to n, and labels decide.
    """
    z, k = points.rows, len(centers)
    totals = z.new_zeros(z.shape[1] + 1, k)
    for block in points.blocks(k):
        scores = points.scores(centers, block)
        totals.addmm_(points.columns[:, block], scores.sub_(scores.amin(dim=0)).eq_(0).T)
    sizes: list[float] = totals[-1].tolist()
    if sum(sizes) == len(z) and min(sizes) > 0:
        return (totals[:-1] / totals[-1]).T.contiguous(), True
    return _means_by_labels(points, centers)


def _means_by_labels(points: Points, centers: Tensor) -> tuple[Tensor, bool]:
    z, labels = points.rows, points.nearest(centers)
    means, sizes = means_of(z, labels, len(centers))
    whole = bool((sizes > 0).all())
    if not whole:
        means = torch.where(sizes[:, None] > 0, means, centers)
        means = _fill_empty(z, means, sizes, (z - centers[labels]).square().sum(dim=1))
    return means, whole


def _fill_empty(z: Tensor, centers: Tensor, sizes: Tensor, distances: Tensor) -> Tensor:
    """Move the centers of empty clusters onto the samples that are farthest from their own."""
    empty = (sizes == 0).nonzero().squeeze(1)
    farthest = distances.topk(min(len(empty), len(distances)))
    useful = farthest.values > 0
    return centers.index_copy(0, empty[useful], z[farthest.indices[useful]])
