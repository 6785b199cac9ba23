"""From numbers to samples: what an array of some shape and dtype means."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from worker.readers.draft import Draft
from worker.readers.errors import Refused
from worker.readers.finite import FiniteCheck
from worker.readers.npyfile import ArrayFile, ArrayWriter
from worker.readers.order import ReadOptions

Array = NDArray[Any]

CHANNELS = (1, 3)
ACCEPTED_SHAPES = ["(n, d)", "(n, H, W)", "(n, H, W, 1)", "(n, H, W, 3)", "(n, 1, H, W)", "(n, 3, H, W)"]
ACCEPTED_PIXELS = (
    "values from 0 to 1 or from 0 to 255; for anything else, kind=vectors keeps the numbers as they are"
)


@dataclass(frozen=True)
class Pixels:
    """How blocks become (r, H, W, C)."""

    shape: tuple[int, int, int]
    channels_first: bool = False

    def arrange(self, rows: Array) -> Array:
        """Rows of any layout as (r, H, W, C)."""
        if self.channels_first:
            return rows.transpose(0, 2, 3, 1)
        return rows.reshape(len(rows), *self.shape)


def pour_array(source: ArrayFile, options: ReadOptions, draft: Draft) -> None:
    """Put the samples of an array into the draft.

    Two dimensions are vectors unless `image_shape` says otherwise; three and four are images unless
    kind=vectors, which flattens them.

    Raises:
        Refused: the shape or the values are no samples.
    """
    if len(source.shape) not in (2, 3, 4):
        detail = f"{source.name} has shape {list(source.shape)}."
        raise Refused(detail, met=list(source.shape), accepted=ACCEPTED_SHAPES)
    if options.kind == "vectors":
        _pour_vectors(source, draft)
    elif len(source.shape) > 2:
        _pour_pixels(source, _pixels_of(source.shape, options), draft)
    elif (shape := _wanted_shape(options)) is not None:
        check_pixel_count(source.features, shape)
        _pour_pixels(source, Pixels(shape), draft)
    else:
        _pour_vectors(source, draft)


def check_pixel_count(features: int, shape: tuple[int, int, int]) -> None:
    """Refuse rows that do not have one value a pixel."""
    height, width, channels = shape
    if features != height * width * channels:
        detail = f"image_shape {list(shape)} is not of {features} values, as the samples are."
        raise Refused(detail, met=features, accepted=height * width * channels)


def _wanted_shape(options: ReadOptions) -> tuple[int, int, int] | None:
    shape = options.pixel_shape()
    if shape is None and options.kind == "images":
        raise Refused(
            "kind=images needs image_shape for rows of numbers.",
            met="image_shape is missing",
            accepted="[H, W] or [H, W, 3]",
        )
    return shape


def _pixels_of(shape: tuple[int, ...], options: ReadOptions) -> Pixels:
    if len(shape) == 3:
        pixels = Pixels((shape[1], shape[2], 1))
    elif shape[3] in CHANNELS:
        pixels = Pixels((shape[1], shape[2], shape[3]))
    elif shape[1] in CHANNELS:
        pixels = Pixels((shape[2], shape[3], shape[1]), channels_first=True)
    else:
        detail = f"Images of shape {list(shape[1:])} have neither 1 nor 3 channels."
        raise Refused(detail, met=list(shape), accepted=ACCEPTED_SHAPES)
    if options.pixel_shape() not in (None, pixels.shape):
        detail = f"image_shape {options.image_shape} is not the shape of the images."
        raise Refused(detail, met=list(options.image_shape or ()), accepted=list(pixels.shape))
    return pixels


def _pour_vectors(source: ArrayFile, draft: Draft) -> None:
    draft.begin("vectors", (source.features,), n=source.shape[0])
    check = FiniteCheck()
    for block in source.blocks():
        draft.append(check.admit(block.reshape(len(block), -1)))
    draft.notes += check.finish()
    if len(source.shape) > 2:
        draft.notes.append(f"Samples of shape {list(source.shape[1:])} were flattened.")
    if source.dtype.kind != "f" or source.dtype.itemsize != 4:
        draft.notes.append(f"{source.dtype.name} became float32.")


def _pour_pixels(source: ArrayFile, pixels: Pixels, draft: Draft) -> None:
    draft.begin("images", pixels.shape, n=source.shape[0])
    to_bytes = conversion(source, draft)
    if pixels.channels_first:
        draft.notes.append("Channels were moved from the first place to the last.")
    for block in source.blocks():
        draft.append(to_bytes(pixels.arrange(block)))


def conversion(source: ArrayFile, draft: Draft) -> Callable[[Array], Array]:
    """How this array's values become bytes; reads it once unless it is bytes already."""
    if source.dtype == np.uint8:
        return lambda rows: rows
    if source.dtype.kind == "b":
        draft.notes.append("False became 0 and true 255.")
        return lambda rows: rows.astype(np.uint8) * np.uint8(255)
    low, high, whole = _levels(source.blocks())
    if low < 0 or high > 255:
        raise Refused(
            f"The images' values run from {low:.6g} to {high:.6g}.", met=[low, high], accepted=ACCEPTED_PIXELS
        )
    if high <= 1 and source.dtype.kind == "f":
        draft.notes.append("Values from 0 to 1 were scaled to 0 to 255 and rounded.")
        return lambda rows: np.rint(rows * 255.0).astype(np.uint8)
    if not whole:
        draft.notes.append("Values were rounded to whole numbers from 0 to 255.")
    return lambda rows: np.rint(rows).astype(np.uint8)


def _levels(blocks: Iterator[Array]) -> tuple[float, float, bool]:
    """Lowest and highest value, and whether all are whole; refuses what is not finite."""
    check, low, high, whole = FiniteCheck(), np.inf, -np.inf, True
    for block in blocks:
        rows = check.admit(block.reshape(len(block), -1))
        low, high = min(low, float(rows.min())), max(high, float(rows.max()))
        whole = whole and (block.dtype.kind != "f" or bool((np.rint(rows) == rows).all()))
    check.finish()
    return low, high, whole


class RowPourer:
    """Puts rows of a table, whose number is not known beforehand, into a draft."""

    def __init__(self, columns: Sequence[str], options: ReadOptions, draft: Draft, *, scratch: Path) -> None:
        self.columns = columns
        self.draft = draft
        self.shape = None if options.kind == "vectors" else _wanted_shape(options)
        self.check = FiniteCheck()
        self.scratch = scratch
        self.rows: Draft | ArrayWriter = draft
        if self.shape is not None:
            check_pixel_count(len(columns), self.shape)
            self.rows = ArrayWriter(scratch, (len(columns),), "<f4")
        else:
            draft.begin("vectors", (len(columns),))

    def append(self, rows: Array) -> None:
        """Add rows (r, d)."""
        self.rows.append(self.check.admit(rows))

    def finish(self) -> None:
        """Refuse what was not finite; make pixels of the rows if asked to."""
        self.draft.notes += self.check.finish(self.columns)
        if self.shape is not None and isinstance(self.rows, ArrayWriter):
            self.rows.close()
            _pour_pixels(ArrayFile(self.scratch, name="The table"), Pixels(self.shape), self.draft)
