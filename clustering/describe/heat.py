"""Pictures of numbers."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

CELL = 24
GAP = 1
MOST_PIXELS = 2000
COLORS = np.array(
    [(68, 1, 84), (59, 82, 139), (33, 145, 140), (94, 201, 98), (253, 231, 37)], dtype=np.float64
)
"""From 0 to 1 in even steps; between them, mixtures."""


def heat(values: NDArray[np.floating]) -> Image.Image:
    """Draw numbers (rows, columns) from 0 to 1 as colored squares, from dark violet to light yellow."""
    cell = max(1, min(CELL, MOST_PIXELS // max(values.shape)))
    place = np.clip(np.nan_to_num(values.astype(np.float64)), 0, 1) * (len(COLORS) - 1)
    below = np.minimum(place.astype(np.int64), len(COLORS) - 2)
    share = (place - below)[..., None]
    colors = COLORS[below] * (1 - share) + COLORS[below + 1] * share
    pixels = colors.round().astype(np.uint8).repeat(cell, axis=0).repeat(cell, axis=1)
    if cell > 4 * GAP:
        edge = np.arange(max(pixels.shape[:2])) % cell < GAP
        pixels[edge[: len(pixels)]] = 255
        pixels[:, edge[: pixels.shape[1]]] = 255
    return Image.fromarray(pixels)
