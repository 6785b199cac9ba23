"""Several pictures of every sample, side by side in one, and the table of attributes beside them.

Side by side, a sample is an image like any other: it has a thumbnail, and every method can be fitted to it.
What knows of views cuts it again.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from worker.readers.draft import Draft, check_length
from worker.readers.errors import Refused, shown
from worker.readers.finite import FiniteCheck
from worker.readers.npyfile import ArrayFile
from worker.readers.samples import CHANNELS, conversion

MOST_VIEWS = 16
ACCEPTED = ["(n, v, H, W)", "(n, v, H, W, 1)", "(n, v, H, W, 3)"]


def side_by_side(views: NDArray[Any]) -> NDArray[Any]:
    """Views (r, v, H, W, C) as images (r, H, v * W, C), the first on the left."""
    r, v, height, width, channels = views.shape
    return views.transpose(0, 2, 1, 3, 4).reshape(r, height, v * width, channels)


def pour_views(source: ArrayFile, draft: Draft) -> None:
    """Put an array of several views of every sample into the draft.

    Raises:
        Refused: the shape or the values are no views.
    """
    shape = source.shape
    if len(shape) not in (4, 5) or (len(shape) == 5 and shape[4] not in CHANNELS):
        raise Refused(f"{source.name} has shape {list(shape)}.", met=list(shape), accepted=ACCEPTED)
    n, v, height, width, channels = (*shape, 1)[:5]
    check_views(v)
    draft.begin("images", (height, v * width, channels), n=n)
    draft.views = v
    to_bytes = conversion(source, draft)
    for block in source.blocks():
        draft.append(side_by_side(to_bytes(block).reshape(-1, v, height, width, channels)))


def check_views(v: int) -> None:
    """Refuse a number of views that is none."""
    if not 1 <= v <= MOST_VIEWS:
        raise Refused(f"Every sample has {v} views.", met=v, accepted=f"from 1 to {MOST_VIEWS} views")


def pour_attributes(source: ArrayFile, names: Sequence[str] | None, n: int, draft: Draft) -> None:
    """Put a table of attributes (n, a) beside the samples.

    Raises:
        Refused: it has another number of rows, a number of names that is not a, or values not finite.
    """
    if len(source.shape) != 2:
        raise Refused(
            f"{source.name} has shape {list(source.shape)}.", met=list(source.shape), accepted=[n, "a"]
        )
    check_length(source.name, source.shape[0], n)
    names = names or [f"attribute {column}" for column in range(source.shape[1])]
    if len(names) != source.shape[1]:
        detail = f"{source.name} has {source.shape[1]} columns and {len(names)} names."
        raise Refused(detail, met=len(names), accepted=source.shape[1])
    writer, check = draft.attributes(names), FiniteCheck()
    for block in source.blocks():
        writer.append(check.admit(block))
    draft.notes += check.finish(names)


def names_of(source: ArrayFile) -> list[str]:
    """The texts (a,) of an array.

    Raises:
        Refused: it is no row of texts.
    """
    if len(source.shape) != 1 or source.dtype.kind not in "SU":
        met = f"{source.dtype} of shape {list(source.shape)}"
        raise Refused(f"{source.name} is {met}.", met=shown(met), accepted="a row of texts, one a column")
    return [str(np.asarray(name).astype(str)) for block in source.blocks() for name in block]
