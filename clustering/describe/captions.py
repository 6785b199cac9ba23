"""Words beside pictures."""

from collections.abc import Sequence
from typing import TypeAlias

from PIL import Image, ImageDraw, ImageFont

SIZE = 11
"""Of the letters, in pixels."""
GAP = 3
Captions: TypeAlias = Sequence[tuple[int, str]]
"""Where each begins, in pixels of the picture, and what it says."""


def captioned(picture: Image.Image, *, columns: Captions = (), rows: Captions = ()) -> Image.Image:
    """A picture with captions above its columns and before its rows, on white."""
    font = ImageFont.load_default(SIZE)
    left = max((round(font.getlength(text)) + 2 * GAP for _, text in rows), default=0)
    top = SIZE + 2 * GAP if columns else 0
    right = max((left + at + round(font.getlength(text)) for at, text in columns), default=0)
    width = max(left + picture.width, right)
    canvas = Image.new("RGB", (width, top + picture.height), "white")
    canvas.paste(picture, (left, top))
    draw = ImageDraw.Draw(canvas)
    for at, text in columns:
        draw.text((left + at, GAP), text, "black", font)
    for at, text in rows:
        draw.text((GAP, top + at), text, "black", font)
    return canvas


def side_by_side(first: Image.Image, second: Image.Image) -> Image.Image:
    """Two pictures beside each other, with a gap between them, on white."""
    size = (first.width + 2 * GAP + second.width, max(first.height, second.height))
    canvas = Image.new("RGB", size, "white")
    canvas.paste(first, (0, 0))
    canvas.paste(second, (first.width + 2 * GAP, 0))
    return canvas
