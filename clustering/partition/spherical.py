"""k-means of directions."""

from operator import attrgetter

import torch
from torch import Tensor
from torch.nn.functional import normalize

from clustering.partition.kmeans import TOLERANCE, KMeans, checked, moved_means, seed_points
from clustering.partition.points import Points


def spherical_kmeans(
    z: Tensor,
    k: int,
    *,
    generator: torch.Generator,
    n_init: int = 10,
    max_iter: int = 300,
) -> KMeans:
    """Partition directions into k clusters of large cosine to the direction of their mean.

    Like `kmeans`, of the samples divided by their lengths, with centers that are brought back to length 1
    after each move; a sum of directions that is 0 leaves its center where it was. On the sphere the nearest
    center is the one with the largest cosine, and the inertia is Σ_i 2 (1 - cos(z_i, μ)).

    Args:
        z: (n, d) finite floating-point samples, n >= k, of any length; those of length 0 stay 0.
        k: number of clusters.
        generator: a generator on the CPU; the same seed gives the same partition.
        n_init: starts, of which the one with the smallest inertia is kept.
        max_iter: iterations a start; it ends earlier once the centers' summed squared moves fall to 1e-4 of
            the samples' mean square.

    Raises:
        InvalidData: fewer samples than clusters, or a value that is not finite.

    Source:
        Dhillon, Modha 2001, with the seeding of Arthur, Vassilvitskii 2007.
    """
    checked(z, k)
    points = Points(normalize(z, dim=1))
    seeds = (points.rows[seed_points(points, k, generator)] for _ in range(n_init))
    return min((_lloyd(points, centers, max_iter) for centers in seeds), key=attrgetter("inertia"))


def _lloyd(points: Points, centers: Tensor, max_iter: int) -> KMeans:
    z = points.rows
    smallest_move = TOLERANCE * float(z.square().mean())
    for _ in range(max_iter):
        before, (means, _) = centers, moved_means(points, centers)
        centers = torch.where(means.any(dim=1, keepdim=True), normalize(means, dim=1), before)
        if float((centers - before).square().sum()) <= smallest_move:
            break
    labels = points.nearest(centers)
    inertia = float((z - centers[labels]).square().sum(dtype=torch.float64))
    empty = int((torch.bincount(labels, minlength=len(centers)) == 0).sum())
    return KMeans(centers, labels, inertia, empty)
