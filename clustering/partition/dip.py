"""How far numbers are from having one mode: Hartigan's dip, and how likely that is without a second mode."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
REPETITIONS = 1000
"""Uniform samples behind a p-value; the smallest is 1 / 1001."""
LARGEST = 128
"""Beyond so many numbers √n · dip is taken to be distributed as here."""


def dip(values: Floats) -> float:
    """The largest distance of the distribution of values (n,) to the nearest one with a single mode.

    In turn: the greatest convex minorant and the least concave majorant of the distribution between two
    points; where they are farthest apart lies the mode, and the points move to either side of it.

    Source:
        Hartigan, Hartigan 1985.
    """
    x, counts = np.unique(values, return_counts=True)
    above = np.cumsum(counts).astype(np.float64)
    below = above - counts
    low, high, found = 0, len(x) - 1, 1.0
    while low < high:
        under = hull(x, below, low, high, sign=1.0)
        over = hull(x, above, low, high, sign=-1.0)
        gap, left, right = _farthest(x, (below, above), under, over)
        if gap <= found:
            break
        lower = np.interp(x[low : left + 1], x[under], below[under])
        upper = np.interp(x[right : high + 1], x[over], above[over])
        found = max(found, (above[low : left + 1] - lower).max(), (upper - below[right : high + 1]).max())
        if (left, right) == (low, high):
            break
        low, high = left, right
    return float(found / (2 * len(values)))


def p_value(statistic: float, n: int) -> float:
    """The share of uniform samples of n numbers whose dip is as large, itself counted among them."""
    size = min(LARGEST, 2 ** round(np.log2(max(n, 4))))
    scaled = statistic * np.sqrt(n / size)
    return float((1 + np.count_nonzero(_uniform(size) >= scaled)) / (1 + REPETITIONS))


def hull(x: Floats, y: Floats, low: int, high: int, *, sign: float) -> NDArray[np.int64]:
    """Corners from low to high of the convex minorant of (x, y), or with sign -1 of the concave majorant."""
    corners: list[int] = []
    for i in range(low, high + 1):
        while len(corners) > 1:
            a, b = corners[-2], corners[-1]
            if sign * ((y[b] - y[a]) * (x[i] - x[b]) - (y[i] - y[b]) * (x[b] - x[a])) < 0:
                break
            corners.pop()
        corners.append(i)
    return np.array(corners, dtype=np.int64)


def _farthest(
    x: Floats, heights: tuple[Floats, Floats], under: NDArray[np.int64], over: NDArray[np.int64]
) -> tuple[float, int, int]:
    """How far minorant and majorant get apart, and the corners of the first and the second beside there."""
    below, above = heights
    at_under = np.interp(x[under], x[over], above[over]) - below[under]
    at_over = above[over] - np.interp(x[over], x[under], below[under])
    i, j = int(at_under.argmax()), int(at_over.argmax())
    if at_under[i] >= at_over[j]:
        left = int(under[i])
        return float(at_under[i]), left, int(over[np.searchsorted(over, left)])
    right = int(over[j])
    return float(at_over[j]), int(under[np.searchsorted(under, right, side="right") - 1]), right


@cache
def _uniform(size: int) -> Floats:
    drawn = np.random.default_rng(size).random((REPETITIONS, size))
    return np.array([dip(row) for row in drawn])
