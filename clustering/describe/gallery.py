"""Pictures of images: of a clustering a row a cluster, its prototype, typical and confident members."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from clustering.describe.captions import captioned
from clustering.describe.rows import ClusterRow

TILE = 64
GAP = 2
MOST_ROWS = 200
MOST_COLUMNS = 50
NEAREST, SUREST = "nearest to the center", "most confident"


def gallery(x: NDArray[Any], clusters: list[ClusterRow], decoded: NDArray[np.float32] | None) -> Image.Image:
    """Draw the clusters with members, largest 200 of them, in order of their index, and say what is what.

    Args:
        x: images (n, h, w) or (n, h, w, c) as stored; gray, or the first three channels as colors.
        clusters: their typical members are drawn, and apart from them the confident ones, where there are
            any.
        decoded: (k, *shape) prototypes in the range of x; without them the medoids stand in their place.
    """
    shown = sorted(sorted(clusters, key=lambda row: -row.size)[:MOST_ROWS], key=lambda row: row.index)
    shown = [row for row in shown if row.size]
    side, (near, sure) = TILE + GAP, _widths(shown)
    columns = [(GAP, "prototype" if decoded is not None else "medoid")]
    columns += [(2 * GAP + side, NEAREST)] * (near > 0)
    columns += [(3 * GAP + (1 + near) * side, SUREST)] * (sure > 0)
    rows = [(GAP + place * side, str(row.index)) for place, row in enumerate(shown)]
    return captioned(tiles(x, shown, decoded), columns=columns, rows=rows)


def tiles(x: NDArray[Any], shown: list[ClusterRow], decoded: NDArray[np.float32] | None) -> Image.Image:
    """The rows of `gallery` alone, of clusters with members."""
    near, sure = _widths(shown)
    side, after = TILE + GAP, GAP * (2 if sure else 1)
    canvas = Image.new("RGB", ((1 + near + sure) * side + GAP + after, len(shown) * side + GAP), "white")
    drawn = [index for row in shown for index in [row.medoid, *row.typical, *row.confident]]
    scale = _bytes_per_unit(x, [index for index in drawn if index is not None])
    for top, row in enumerate(shown):
        prototype = x[row.medoid] if decoded is None or row.decoded is None else decoded[row.index]
        tiles = [(GAP, prototype)]
        tiles += [(2 * GAP + (1 + place) * side, x[index]) for place, index in enumerate(row.typical)]
        first = 3 * GAP + (1 + near) * side
        tiles += [(first + place * side, x[index]) for place, index in enumerate(row.confident)]
        for left, image in tiles:
            canvas.paste(_tile(image, scale), (left, GAP + top * side))
    return canvas


def _widths(shown: list[ClusterRow]) -> tuple[int, int]:
    """Most typical members of a cluster, and most confident ones."""
    near = max((len(row.typical) for row in shown), default=0)
    return near, max((len(row.confident) for row in shown), default=0)


def sheet(x: NDArray[Any], samples: NDArray[np.float32]) -> Image.Image:
    """Draw samples side by side, at most 200 rows and 50 columns of them.

    Args:
        x: images (n, h, w) or (n, h, w, c) as stored, whose values the picture's brightness is taken from.
        samples: (*shape), (columns, *shape) or (rows, columns, *shape) in the range of x.
    """
    around = samples.shape[: samples.ndim - x.ndim + 1]
    columns = around[-1] if around else 1
    rows = samples.reshape(-1, columns, *x.shape[1:])[:MOST_ROWS, :MOST_COLUMNS]
    side = TILE + GAP
    canvas = Image.new("RGB", (rows.shape[1] * side + GAP, rows.shape[0] * side + GAP), "white")
    scale = _bytes_per_unit(x, range(min(len(x), 1000)))
    for top, row in enumerate(rows):
        for left, image in enumerate(row):
            canvas.paste(_tile(image, scale), (GAP + left * side, GAP + top * side))
    return canvas


def _bytes_per_unit(x: NDArray[Any], shown: Sequence[int]) -> tuple[float, float]:
    """Offset and factor that take stored values to 0..255; of floats by the range of the samples shown."""
    if x.dtype == np.uint8:
        return 0.0, 1.0
    drawn = x[list(shown)].astype(np.float32)
    low, high = float(drawn.min(initial=np.inf)), float(drawn.max(initial=-np.inf))
    return low, 255 / (high - low) if high > low else 1.0


def _tile(image: NDArray[Any], scale: tuple[float, float]) -> Image.Image:
    low, factor = scale
    pixels = np.clip((np.asarray(image, dtype=np.float32) - low) * factor, 0, 255).round().astype(np.uint8)
    if pixels.ndim == 2 or pixels.shape[2] < 3:
        picture = Image.fromarray(pixels if pixels.ndim == 2 else pixels[..., 0]).convert("RGB")
    else:
        picture = Image.fromarray(np.ascontiguousarray(pixels[..., :3]))
    smooth = max(picture.size) > TILE
    ratio = TILE / max(picture.size)
    size = (max(1, round(picture.width * ratio)), max(1, round(picture.height * ratio)))
    return picture.resize(size, Image.Resampling.LANCZOS if smooth else Image.Resampling.NEAREST)
