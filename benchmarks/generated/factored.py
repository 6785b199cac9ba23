"""Samples that can be grouped in more than one way."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

Labels = NDArray[np.int64]


class Factored(NamedTuple):
    """Samples, and a labeling for each factor that they vary in, which only the score sees."""

    x: NDArray[Any]
    """(n, d) vectors, or (n, h, w) or (n, h, w, c) images."""
    labels: Mapping[str, Labels]


def combinations(n: int, sizes: Mapping[str, int], rng: Generator) -> dict[str, Labels]:
    """Labels of independent factors, all combinations as frequent as n allows, in random order."""
    order = rng.permutation(np.arange(n) % int(np.prod(list(sizes.values()))))
    found = np.unravel_index(order, tuple(sizes.values()))
    return {name: index.astype(np.int64) for name, index in zip(sizes, found, strict=True)}
