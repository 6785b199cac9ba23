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
        basis, values = _turned(rotation[:, both], parts[i], parts[j])
        count = negative(values, noise=noise)
        if noise and noise_coding is not None:
            count = cheapest_count(_spreads(samples, (parts[i], parts[j]), basis, noise_coding), count)
        rotation[:, both] = basis
        shares[i], shares[j] = both[:count], both[count:].flip(0)
    return rotation, shares


def _turned(basis: Tensor, first: Partition, second: Partition) -> tuple[Tensor, Tensor]:
    """The directions of two spaces turned by what differs between their partitions."""
    if first.outside or second.outside:
        return turned(basis, (first.weighed, second.weighed))
    return turned_by_means(basis, (first.roots, second.roots))


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


def turned_by_means(basis: Tensor, roots: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
    """As `turned`, of partitions of the same samples, from what lies between their clusters.

    Both scatters add up with RᵀR to that of all samples, so S_i - S_j = R_jᵀ R_j - R_iᵀ R_i, of rank r at
    most: A is zero but in the directions Q that R U spans, where it is a matrix of r rows.

    Args:
        basis: (d, m) U.
        roots: (r_i, d) and (r_j, d) R of each.

    Returns:
        (d, m) the turned directions and (m,) e, rising; those of no difference are exactly 0.
    """
    seen = torch.cat(roots) @ basis
    sign = torch.ones(len(seen), dtype=seen.dtype)
    sign[: len(roots[0])] = -1
    if len(seen) >= basis.shape[1]:
        values, vectors = torch.linalg.eigh((seen.T * sign) @ seen)
        return basis @ vectors, values
    q, triangle = torch.linalg.qr(seen.T, mode="complete")  # (m, m), (m, r)
    triangle = triangle[: len(seen)]
    values, vectors = torch.linalg.eigh((triangle * sign) @ triangle.T)
    away, towards = torch.split(basis @ q, [len(seen), basis.shape[1] - len(seen)], dim=1)
    own, below = away @ vectors, int((values < 0).sum())
    spread = torch.cat([own[:, :below], towards, own[:, below:]], dim=1)
    return spread, torch.cat([values[:below], values.new_zeros(towards.shape[1]), values[below:]])


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
