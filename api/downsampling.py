"""Long curves in few points: of each bucket the least and the greatest value stay."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np


def kept_steps(columns: Sequence[Sequence[float | None]], points: int) -> list[int]:
    """Positions to keep so that each column shows its extremes, in order, at most about `points` of them.

    Args:
        columns: c columns of equal length n; None where a step has no value.
        points: how many positions are wanted, ≥ 2.

    Returns:
        ascending positions in 0…n-1; all of them when n ≤ points.
    """
    n = len(columns[0]) if columns else 0
    if n <= points:
        return list(range(n))
    buckets = max(1, (points - 2) // (2 * len(columns)))
    edges = np.linspace(0, n, buckets + 1).astype(int)
    kept = {0, n - 1}
    for column in columns:
        values = np.array([np.nan if value is None else value for value in column], dtype=float)
        for start, stop in pairwise(edges):
            part = values[start:stop]
            if np.isfinite(part).any():
                kept |= {int(start + np.nanargmin(part)), int(start + np.nanargmax(part))}
    return sorted(kept)
