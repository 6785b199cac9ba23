"""The members that stand for each cluster."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clustering.describe.geometry import Geometry
from clustering.describe.rows import PerSample


@dataclass(frozen=True)
class Listed:
    """Members of each of k clusters; none of an empty one."""

    medoid: list[list[int]]
    """The one nearest to the mean of all."""
    typical: list[list[int]]
    boundary: list[list[int]]
    confident: list[list[int]]


def listed(space: Geometry, told: PerSample, count: int) -> Listed:
    """Up to `count` members of each kind: nearest to the center, nearest to another, most surely assigned."""
    contested = int((space.sizes > 0).sum()) > 1
    return Listed(
        medoid=space.first(space.from_mean, 1),
        typical=space.first(space.own, count),
        boundary=space.first(space.margin, count if contested else 0),
        confident=space.first(_doubt(told), count if told.soft is not None else 0),
    )


def _doubt(told: PerSample) -> NDArray[np.float64]:
    """(n,) what the soft assignment to the own cluster lacks to 1."""
    return 1 - told.confidence.astype(np.float64)
