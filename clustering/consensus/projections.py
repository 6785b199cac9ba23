"""Random projections of samples."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray


def projections(
    x: NDArray[np.floating], dimensions: int, *, runs: int, seed: int = 0
) -> Iterator[NDArray[np.float64]]:
    """Samples X (n, d) times matrices R (d, p) of normal numbers of variance 1/p, one a run.

    Args:
        x: (n, d) samples.
        dimensions: p, at most d.
        runs: how many.
        seed: of the matrices.

    Source:
        Fern, Brodley 2003.
    """
    rng = np.random.default_rng(seed)
    rows = x.astype(np.float64)
    width = min(dimensions, x.shape[1])
    for _ in range(runs):
        yield rows @ rng.normal(0.0, width**-0.5, (x.shape[1], width))
