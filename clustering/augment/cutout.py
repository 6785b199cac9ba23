"""Holes in images."""

import torch
from torch import Generator, Tensor

from clustering.augment.draw import uniform


def cutout(x: Tensor, most: int, generator: Generator) -> Tensor:
    """Fill a square around a random pixel of each image with the image's mean.

    Args:
        x: (b, c, h, w).
        most: largest side in pixels, cut to the image's; the side is uniform from 1. 0 cuts no hole.
        generator: draws sides and places.

    Returns:
        (b, c, h, w).

    Source:
        DeVries, Taylor 2017; random sides as in SCAN (Van Gansbeke et al. 2020), where the hole shows the
        data set's mean color: the view is normalized there before it is cut.
    """
    height, width = x.shape[-2:]
    most = min(most, height, width)
    if most == 0:
        return x
    side = uniform(1, most + 1, x, generator).floor().clamp(max=most)
    rows = _within(height, side, uniform(0, height, x, generator).floor())
    columns = _within(width, side, uniform(0, width, x, generator).floor())
    hole = rows[:, None, :, None] & columns[:, None, None, :]
    return torch.where(hole, x.mean((2, 3), keepdim=True), x)


def _within(length: int, side: Tensor, middle: Tensor) -> Tensor:
    """(b, length) bool: the pixels of an axis that a hole of this side around the middle covers."""
    first = middle - (side / 2).floor()
    place = torch.arange(length, device=side.device)
    return (place >= first[:, None]) & (place < (first + side)[:, None])
