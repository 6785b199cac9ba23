"""Description lengths of partitions in bits: what it takes to send samples by their clusters."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from clustering.errors import InvalidData
from clustering.partition.distances import blocks

INTEGER_CODE = math.log2(2.865064)
NOTHING = 1e-15
"""Scatter up to it, relative to what all samples have, is rounding."""
MOST_PAIRED = 20_000
"""Samples beyond which the largest distance is found by sweeps alone, at most a little too small."""


def integer_code(n: int) -> float:
    """Bits of a natural number without an upper bound: log₂ n + log₂ log₂ n + … + log₂ 2.865064.

    Source:
        Rissanen 1983.
    """
    bits, term = INTEGER_CODE, math.log2(n) if n > 0 else 0.0
    while term > 0:
        bits += term
        term = math.log2(term)
    return bits


def gaussian_code(m: int, n: int, scatter: float) -> float:
    """Bits of n points in m dimensions by spherical Gaussians of variance scatter / (m n) about centers.

    n m / (2 ln 2) · (1 + ln 2π - ln(m n) + ln scatter), 0 where there is nothing to spread.

    Args:
        m: dimensions.
        n: points.
        scatter: summed squared distances to the centers.
    """
    if n <= 1 or m == 0 or scatter <= NOTHING:
        return 0.0
    return n * m / (2 * math.log(2)) * (1 + math.log(2 * math.pi) - math.log(m * n) + math.log(scatter))


@dataclass(frozen=True)
class Coding:
    """What is known to both sides before samples are sent."""

    n: int
    range_bits: float
    """log₂ of the largest distance of two samples."""
    precision_bits: float
    """-log₂ of the precision: the mean over dimensions of the smallest difference that is not 0."""
    outliers: bool = False
    """Whether samples may be sent by themselves, apart from all clusters."""

    @classmethod
    def of(cls, x: Tensor, *, outliers: bool = False) -> "Coding":
        """Of samples (n, d).

        Raises:
            InvalidData: all samples are the same, which leaves no precision.
        """
        x = x.detach().double().cpu()
        precision_bits = -math.log2(precision(x))
        return cls(len(x), math.log2(largest_distance(x)), precision_bits, outliers)

    def centers(self, m: int, k: int) -> float:
        """Bits of k centers in m dimensions."""
        return k * m * (self.range_bits + self.precision_bits)

    def outlier(self, m: int, k: int) -> float:
        """Bits of a sample sent by itself, less those of its cluster; precision aside."""
        return m * self.range_bits + math.log2(self.n) - math.log2(k)

    def spread(self, m: int, k: int, outside: int, scatter: float) -> float:
        """The bits of a space that depend on its dimensions and scatter.

        Args:
            m: dimensions.
            k: clusters.
            outside: outliers.
            scatter: within the clusters, summed over the dimensions.
        """
        apart = outside * (math.log2(self.n) + m * self.range_bits)
        inside = gaussian_code(m, self.n - outside, scatter) + self.n * m * self.precision_bits
        return integer_code(m) + self.centers(m, k) + apart + inside

    def space(self, m: int, k: int, outside: int, scatter: float) -> float:
        """Bits of one space: its numbers, centers and variance, and every sample in it.

        Source:
            Leiber, Mautz, Plant, Böhm 2022 (AutoNR).
        """
        counts = integer_code(k) + (integer_code(outside) if self.outliers else 0.0)
        variance = math.log2(self.n) / 2
        return counts + variance + (self.n - outside) * math.log2(k) + self.spread(m, k, outside, scatter)

    def total(self, spaces: list[float]) -> float:
        """Bits of a model from those of its spaces; its rotation is not counted."""
        return integer_code(len(spaces)) + sum(spaces)


def precision(x: Tensor) -> float:
    """Mean over the dimensions of x (n, d) of the smallest difference that is not 0, constant ones left out.

    Raises:
        InvalidData: every dimension is constant.
    """
    gaps = x.sort(dim=0).values.diff(dim=0)
    least = torch.where(gaps > 0, gaps, torch.inf).amin(dim=0)
    varied = least.isfinite()
    if not bool(varied.any()):
        raise InvalidData(
            "All samples are the same, so no description length can be told; "
            "accepted are samples of which at least one dimension varies."
        )
    return float(least[varied].mean())


def largest_distance(x: Tensor) -> float:
    """The largest distance of two of x (n, d); from 20,000 samples in question on perhaps a little less."""
    radii = (x - x.mean(dim=0)).norm(dim=1)
    row, best = int(radii.argmax()), 0.0
    for _ in range(4):
        apart = (x - x[row]).norm(dim=1)
        best, row = max(best, float(apart.max())), int(apart.argmax())
    outer = x[radii >= best - float(radii.max())]
    if len(outer) <= MOST_PAIRED:
        best = max(
            best, *(float(torch.cdist(outer[rows], outer).max()) for rows in blocks(outer, len(outer)))
        )
    return best
