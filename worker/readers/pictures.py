"""Encoded images, one at a time, from bytes that nobody vouches for."""

import re
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from worker.readers.errors import Refused, shown
from worker.readers.limits import Limits

FORMATS = ("PNG", "JPEG", "WEBP")
ACCEPTED = "PNG, JPEG or WebP images"
PILLOW_ERRORS = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    EOFError,
    LookupError,
    AttributeError,
    ArithmeticError,
    RuntimeError,
    struct.error,
    zlib.error,
)
GRAY_MODES = ("1", "L", "LA", "La", "I", "I;16", "I;16B", "I;16L", "I;16N", "F")
ALPHA_MODES = ("LA", "La", "PA", "RGBA", "RGBa")
ORIENTATION = 0x0112
TURNED = (5, 6, 7, 8)


@dataclass(frozen=True)
class Picture:
    """What an image's header says: size (H, W) as seen, whether it has color, and what will be changed."""

    size: tuple[int, int]
    color: bool
    facts: tuple[str, ...]


def inspect(data: bytes, name: str, limits: Limits) -> Picture:
    """Read the header only.

    Raises:
        Refused: not a PNG, JPEG or WebP image, or one of too many pixels.
    """
    _check_magic(data, name)
    with _opened(data, name, most=limits.pixels) as image:
        width, height = image.size
        if width * height > limits.pixels:
            raise Refused(
                f"{shown(name)} has {width} × {height} pixels.",
                code="unsafe_file",
                met=width * height,
                accepted=f"at most {limits.pixels} pixels",
            )
        if image.getexif().get(ORIENTATION) in TURNED:
            width, height = height, width
        return Picture((height, width), image.mode not in GRAY_MODES, _facts(image))


def decode(data: bytes, name: str, *, size: tuple[int, int], channels: int) -> NDArray[np.uint8]:
    """The image as (H, W, C), upright, without alpha, resized if it has another size."""
    with _opened(data, name) as image:
        image.load()
        upright = _eight_bits(ImageOps.exif_transpose(image)).convert("L" if channels == 1 else "RGB")
        if upright.size != (size[1], size[0]):
            upright = upright.resize((size[1], size[0]), Image.Resampling.LANCZOS)
        return np.asarray(upright, dtype=np.uint8).reshape(*size, channels)


def _eight_bits(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):
        levels = np.clip(np.asarray(image, dtype=np.int64), 0, 0xFFFF) >> 8
        return Image.fromarray(levels.astype(np.uint8))
    return image


def _facts(image: Image.Image) -> tuple[str, ...]:
    facts = []
    if image.mode in ALPHA_MODES or "transparency" in image.info:
        facts.append("transparency was dropped")
    if image.mode.startswith("I"):
        facts.append("16 bits became 8")
    if getattr(image, "is_animated", False):
        facts.append("only the first frame of the animation was kept")
    return tuple(facts)


def _check_magic(data: bytes, name: str) -> None:
    if data.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")) or (
        data[:4] == b"RIFF" and data[8:12] == b"WEBP"
    ):
        return
    if data.startswith(b"PK"):
        raise Refused(
            f"{shown(name)} is an archive within the archive.",
            code="unsafe_file",
            met="zip",
            accepted=ACCEPTED,
        )
    detail = f"{shown(name)} is no PNG, JPEG or WebP image: it starts with {shown(data[:8])}."
    raise Refused(detail, met=shown(data[:8]), accepted=ACCEPTED)


@contextmanager
def _opened(data: bytes, name: str, most: int = Limits.pixels) -> Iterator[Any]:
    try:
        with Image.open(BytesIO(data), formats=FORMATS) as image:
            yield image
    except Image.DecompressionBombError as error:
        detail = f"{shown(name)} has too many pixels."
        met = [int(digits) for digits in re.findall("[0-9]+", str(error))][:1]
        raise Refused(detail, code="unsafe_file", met=met, accepted=f"at most {most} pixels") from error
    except PILLOW_ERRORS as error:
        raise Refused(
            f"{shown(name)} cannot be decoded: {shown(str(error), 200)}.", accepted=ACCEPTED
        ) from error
