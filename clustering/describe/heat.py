"""Pictures of numbers."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from clustering.describe.captions import SIZE, Captions, captioned, side_by_side

CELL = 24
GAP = 1
MOST_PIXELS = 2000
COLORS = np.array(
    [(68, 1, 84), (59, 82, 139), (33, 145, 140), (94, 201, 98), (253, 231, 37)], dtype=np.float64
)
"""From 0 to 1 in even steps; between them, mixtures."""


FEWEST_PIXELS = 20
"""From one number along an edge to the next."""


def heat_map(values: NDArray[np.floating]) -> Image.Image:
    """Draw a square of numbers (m, m) from 0 to 1, with rows and columns counted from 1 and a scale."""
    squares, scale = heat(values), heat(np.linspace(1, 0, len(values))[:, None])
    numbers = _numbers(len(values), squares.width // len(values))
    ends = [(0, "1"), (scale.height - SIZE - 1, "0")]
    keyed = captioned(scale, columns=[(0, "")], rows=ends)
    return side_by_side(captioned(squares, columns=numbers, rows=numbers), keyed)


def _numbers(count: int, cell: int) -> Captions:
    step = -(-FEWEST_PIXELS // cell)
    return [(place * cell + 1, str(place + 1)) for place in range(0, count, step)]


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
