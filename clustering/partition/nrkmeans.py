"""Non-redundant k-means: several k-means partitions, each in its own directions of a rotated space."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import torch
from torch import Generator, Tensor

from clustering.errors import InvalidData
from clustering.partition.distances import nearest
from clustering.partition.kmeans import checked, means_of, seed_rows

NOISE_EIGENVALUE = 1e-7
"""Of the largest entry: by how much less a direction must cost a clustering than the noise to be its own."""


@dataclass(frozen=True)
class NonRedundant:
    """Partitions in disjoint subspaces of one rotation."""

    rotation: Tensor
    """(d, d) float64, orthogonal: x V are the coordinates that the spaces share out."""
    dimensions: tuple[Tensor, ...]
    """Of each space, the columns of the rotation that are its own; maybe none."""
    labels: Tensor
    """(S, n) int64."""
    centers: tuple[Tensor, ...]
    """Of each space, (k_s, d) float64 means in the space of the samples, all dimensions."""
    cost: float
    """Σ_s Σ_i ‖P_sᵀ Vᵀ (x_i - μ_s(i))‖²"""
    iterations: int


def nrkmeans(
    x: Tensor, clusters: Sequence[int], generator: Generator, *, n_init: int = 1, max_iter: int = 300
) -> NonRedundant:
    """Share out the directions of a rotated space among several k-means partitions.

    In turn: assign in each subspace and move its centers to their means; then, for each pair of spaces, give
    the first the directions in which its scatter is the smaller, the eigenvectors of S_i - S_j to negative
    eigenvalues. It ends once no label changes. A space of one cluster is for noise, or for what all share; it
    comes last and a direction must be better elsewhere by more than rounding to leave it.

    Within-cluster scatter is total less between, so no iteration passes over n · d².

    Args:
        x: (n, d) samples.
        clusters: k_s of each space.
        generator: a generator on the CPU; the same seed gives the same partitions.
        n_init: starts, of which the one of least cost is kept.
        max_iter: iterations of one start.

    Raises:
        InvalidData: more spaces than dimensions, fewer samples than clusters, a value that is not finite, or
            a space of one cluster that is not the last.

    Source:
        Mautz, Ye, Plant, Böhm 2018 (Nr-Kmeans), algorithm 1; [k, 1] is Mautz et al. 2017 (SubKmeans).
        Departs: a cluster that runs empty takes the sample farthest from its center instead of being dropped.
    """
    checked(x, max(clusters))
    if len(clusters) > x.shape[1]:
        raise InvalidData(f"{len(clusters)} spaces need as many dimensions; the samples have {x.shape[1]}.")
    if 1 in clusters[:-1]:
        raise InvalidData(f"A space of one cluster comes last and once; met {list(clusters)}.")
    x = x.double()
    mean = x.mean(dim=0)
    starts = (_fit(x - mean, list(clusters), generator, max_iter) for _ in range(n_init))
    best = min(starts, key=lambda found: found.cost)
    moved = tuple(centers + mean for centers in best.centers)
    return NonRedundant(best.rotation, best.dimensions, best.labels, moved, best.cost, best.iterations)


def random_rotation(d: int, generator: Generator) -> Tensor:
    """(d, d) float64, orthogonal and uniform (Haar), on the CPU."""
    q, r = torch.linalg.qr(torch.randn(d, d, generator=generator, dtype=torch.float64))
    rotation: Tensor = q * r.diagonal().sign()
    return rotation


def rotated_pair(between: tuple[Tensor, Tensor], basis: Tensor, *, noise: bool) -> tuple[Tensor, int]:
    """Rotate the directions of two spaces so that each gets those in which it costs less.

    A = Uᵀ (S_i - S_j) U = Uᵀ (B_j - B_i) U: with the total scatter T, S = T - B.

    Args:
        between: (d, d) between-cluster scatters B_i, B_j.
        basis: (d, m) U, the directions of both.
        noise: whether the second is a space of one cluster.

    Returns:
        (d, m) new directions, those of the first space first, then those of the second from its own worst to
        its best for the first; and how many are the first's.
    """
    a = basis.T @ (between[1] - between[0]) @ basis
    values, vectors = torch.linalg.eigh((a + a.T) / 2)
    limit = -NOISE_EIGENVALUE * float(a.abs().max()) if noise else 0.0
    count = int((values < limit).sum())
    order = [*range(count), *reversed(range(count, len(values)))]
    return basis @ vectors[:, order], count


def between_scatter(centers: Tensor, sizes: Tensor) -> Tensor:
    """(d, d) Σ_k n_k μ_k μ_kᵀ of means (k, d) around zero."""
    return (centers * sizes[:, None]).T @ centers


def _fit(x: Tensor, clusters: list[int], generator: Generator, max_iter: int) -> NonRedundant:
    d, spaces = x.shape[1], len(clusters)
    rotation = random_rotation(d, generator).to(x.device)
    shares = torch.randperm(d, generator=generator).tensor_split(spaces)
    dimensions = [share.to(x.device) for share in shares]
    centers = [x[seed_rows(x, k, generator)] for k in clusters]
    labels, sizes = torch.full((spaces, len(x)), -1, device=x.device), [x.new_zeros(k) for k in clusters]
    iterations = 0
    while iterations < max_iter:
        iterations += 1
        before = labels.clone()
        for s in range(spaces):
            if clusters[s] == 1 and iterations > 1:
                continue
            own = rotation[:, dimensions[s]]
            labels[s], centers[s], sizes[s] = _step(x, x @ own, centers[s], own)
        if torch.equal(labels, before):
            break
        scatters = [between_scatter(m, n) for m, n in zip(centers, sizes, strict=True)]
        for i, j in combinations(range(spaces), 2):
            both = torch.cat([dimensions[i], dimensions[j]])
            pair = (scatters[i], scatters[j])
            turned, count = rotated_pair(pair, rotation[:, both], noise=clusters[j] == 1)
            rotation[:, both] = turned
            dimensions[i], dimensions[j] = both[:count], both[count:]
    cost = sum(
        float(((x - m[own]) @ rotation[:, place]).square().sum())
        for m, own, place in zip(centers, labels, dimensions, strict=True)
    )
    return NonRedundant(rotation, tuple(dimensions), labels, tuple(centers), cost, iterations)


def _step(x: Tensor, seen: Tensor, centers: Tensor, own: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Labels by the distance in a subspace, means in all dimensions, sizes."""
    k = len(centers)
    labels, distances = nearest(seen, centers @ own)
    means, sizes = means_of(x, labels, k)
    for empty in (sizes == 0).nonzero().flatten().tolist():
        if float(distances.max()) <= 0:
            means[empty] = centers[empty]
            continue
        farthest = int(distances.argmax())
        labels[farthest], distances[farthest] = empty, 0.0
        means, sizes = means_of(x, labels, k)
    return labels, means, sizes
