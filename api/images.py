"""Pictures: samples and prototypes as PNG or WebP, and contact sheets."""

import io
import math
from collections.abc import Iterable
from typing import Any

import numpy as np
from PIL import Image

GAP = 2


def to_image(pixels: "np.ndarray[Any, Any]") -> Image.Image:
    """An image of (h, w, c) values in 0…255; floats are rounded and clipped, nan is black."""
    if pixels.dtype != np.uint8:
        pixels = np.nan_to_num(pixels).round().clip(0, 255).astype(np.uint8)
    if pixels.ndim == 2:
        pixels = pixels[:, :, None]
    channels = pixels.shape[2]
    if channels in (1, 2):
        return Image.fromarray(np.ascontiguousarray(pixels[:, :, 0]))
    return Image.fromarray(np.ascontiguousarray(pixels[:, :, : 4 if channels == 4 else 3]))


def fit(image: Image.Image, size: int | None) -> Image.Image:
    """The image with its longer side at `size`: enlarged in whole pixels, reduced smoothly."""
    longer = max(image.size)
    if size is None or longer == size:
        return image
    width, height = (max(1, round(side * size / longer)) for side in image.size)
    method = Image.Resampling.NEAREST if size > longer else Image.Resampling.LANCZOS
    return image.resize((width, height), method)


def encode(image: Image.Image, form: str) -> bytes:
    """The bytes of a png or (lossless) webp file."""
    out = io.BytesIO()
    if form == "webp":
        image.save(out, "WEBP", lossless=True, method=2)
    else:
        image.save(out, "PNG")
    return out.getvalue()


def contact_sheet(pictures: "Iterable[np.ndarray[Any, Any]]", count: int, tile: int) -> Image.Image:
    """So many pictures side by side on a nearly square sheet, each in a tile of `tile` pixels.

    They are taken one after the other, and let go once they are small: each may be large, all together too.
    """
    columns = max(1, math.ceil(math.sqrt(count)))
    rows = max(1, math.ceil(count / columns))
    sheet = Image.new("RGB", (columns * (tile + GAP) - GAP, rows * (tile + GAP) - GAP), "white")
    for place, image in enumerate(fit(to_image(pixels), tile) for pixels in pictures):
        at = (place % columns * (tile + GAP), place // columns * (tile + GAP))
        sheet.paste(image.convert("RGB"), at)
    return sheet
