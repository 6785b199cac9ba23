"""Which directions of a rotated space belong to which of two partitions."""

from collections.abc import Callable, Sequence
from itertools import combinations

import torch
from torch import Generator, Tensor

from clustering.partition.mdl import Coding
from clustering.partition.nonredundant import Start
from clustering.partition.subspace import Partition, Samples

ROUNDING = 1e-7
"""Of the largest eigenvalue: how much less a direction must cost a clustering than the noise to leave it."""


def random_rotation(d: int, generator: Generator) -> Tensor:
    """(d, d) float64, orthogonal and uniform (Haar), on the CPU."""
    q, r = torch.linalg.qr(torch.randn(d, d, generator=generator, dtype=torch.float64))
    rotation: Tensor = q * r.diagonal().sign()
    return rotation


def random_shares(d: int, spaces: int, generator: Generator) -> list[Tensor]:
    """Dimensions 0..d-1 in random disjoint parts, as equal as they can be."""
    return list(torch.randperm(d, generator=generator).tensor_split(spaces))


def shared_out(
    samples: Samples, parts: Sequence[Partition], start: Start, noise_coding: Coding | None
) -> tuple[Tensor, list[Tensor]]:
    """Turn the directions of each pair of spaces so that the cost falls most, and share them out anew.

    Args:
        samples: all of them.
        parts: of each space.
        start: the rotation and the shares so far.
        noise_coding: says by description length how many directions a space takes from the noise; None: all
            in which it costs less.

    Returns:
        (d, d) rotation and the columns of each space, maybe none.
    """
    rotation, shares = start.rotation.clone(), list(start.dimensions)
    for i, j in combinations(range(len(parts)), 2):
        both = torch.cat([shares[i], shares[j]])
        noise = parts[j].k == 1
        basis, values = turned(rotation[:, both], (parts[i].weighed, parts[j].weighed))
        count = negative(values, noise=noise)
        if noise and noise_coding is not None:
            count = cheapest_count(_spreads(samples, (parts[i], parts[j]), basis, noise_coding), count)
        rotation[:, both] = basis
        shares[i], shares[j] = both[:count], both[count:].flip(0)
    return rotation, shares


def turned(basis: Tensor, scatters: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
    """Turn the directions of two spaces into those in which their scatters differ most and least.

    The eigenvectors of A = Uᵀ (S_i - S_j) U, by rising eigenvalue: to give the first space those with
    e < 0 makes Σ u_iᵀ S_i u_i + Σ u_jᵀ S_j u_j as small as it gets.

    Args:
        basis: (d, m) U, orthonormal directions of both.
        scatters: (d, d) S_i and S_j within the clusters of each.

    Returns:
        (d, m) the turned directions and (m,) e, rising.

    Source:
        Mautz, Ye, Plant, Böhm 2018 (Nr-Kmeans), section 3.
    """
    a = basis.T @ (scatters[0] - scatters[1]) @ basis
    values, vectors = torch.linalg.eigh((a + a.T) / 2)
    return basis @ vectors, values


def negative(values: Tensor, *, noise: bool) -> int:
    """How many of the rising eigenvalues (m,) are below 0; beyond rounding if the second space is noise."""
    limit = -ROUNDING * float(values.abs().max()) if noise else 0.0
    return int((values < limit).sum())


def cheapest_count(cost: Callable[[int], float], most: int) -> int:
    """How many directions to give away: 1, 2, … while the cost of so many falls; none if there are none."""
    best, least = 0, float("inf")
    for count in range(1, most + 1):
        found = cost(count)
        if found >= least:
            break
        best, least = count, found
    return best


def _spreads(
    samples: Samples, pair: tuple[Partition, Partition], basis: Tensor, coding: Coding
) -> Callable[[int], float]:
    """Bits of a pair of spaces by how many of the directions (d, m) belong to the first."""
    first, second = (samples.along(part.scatter, basis).cumsum(dim=0) for part in pair)
    m = basis.shape[1]

    def bits(count: int) -> float:
        own, rest = float(first[count - 1]), float(second[-1] - second[count - 1])
        return coding.spread(count, pair[0].k, pair[0].outside, own) + coding.spread(
            m - count, pair[1].k, pair[1].outside, rest
        )

    return bits
