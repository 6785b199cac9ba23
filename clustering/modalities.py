"""What a sample is made of where it is more than one picture: several views, and attributes beside them."""

from dataclasses import dataclass
from math import prod, sqrt
from typing import Any, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from clustering.errors import InvalidData
from clustering.params.problem import PLAIN, Beside

LARGEST = 1e16
"""Of an attribute, as of any other value."""


@dataclass(frozen=True)
class Modalities:
    """What is known of images beyond their pixels."""

    views: int = 1
    """Views of each sample; its image (h, v · w, c) shows them side by side, the first on the left."""
    attributes: NDArray[Any] | None = None
    """(n, a) numbers beside the images."""
    names: tuple[str, ...] = ()
    """Of the attributes, where they have any."""
    weight: float = 1.0
    """Of the attributes' mean squared error, in units of that of the pixels; a net says it."""

    @property
    def n_attributes(self) -> int:
        """a; 0 without attributes."""
        return 0 if self.attributes is None else int(np.asarray(self.attributes).shape[-1])

    def checked(self, n: int, stored: tuple[int, ...]) -> NDArray[np.float32]:
        """The attributes (n, a) in single precision, a = 0 without any.

        Args:
            n: number of samples.
            stored: shape (h, v · w, c) of their images; of vectors (d,).

        Raises:
            InvalidData: not images, a width that views cannot share evenly, or attributes of another number
                of samples, of another shape, or with a value that is no finite number.
        """
        if len(stored) != 3:
            raise InvalidData(f"modalities: samples have shape {stored}; accepted are images (h, w, c).")
        if self.views < 1 or stored[1] % self.views:
            met = f"modalities.views is {self.views} and images are {stored[1]} pixels wide"
            raise InvalidData(f"{met}; accepted are views of equal width, side by side.")
        if self.attributes is None:
            return np.empty((n, 0), np.float32)
        return _attributes(np.asarray(self.attributes), n, self.names)


def _attributes(table: NDArray[Any], n: int, names: tuple[str, ...]) -> NDArray[np.float32]:
    if table.ndim != 2 or len(table) != n or table.shape[1] == 0:
        met = f"modalities.attributes have shape {table.shape}"
        raise InvalidData(f"{met}; accepted is a row of attributes for each of the {n} samples, (n, a).")
    if table.dtype.kind not in "buif":
        met = f"modalities.attributes have dtype {table.dtype}"
        raise InvalidData(f"{met}; accepted are integers, floats and booleans.")
    if names and len(names) != table.shape[1]:
        met = f"modalities.names are {len(names)} for {table.shape[1]} attributes"
        raise InvalidData(f"{met}; accepted is a name for each.")
    wild = ~(np.abs(table.astype(np.float64)) <= LARGEST)
    if wild.any():
        row, column = np.argwhere(wild)[0]
        met = f"Attribute {names[column] if names else column} of sample {row} is {table[row, column]}"
        raise InvalidData(f"{met}; accepted are finite numbers from {-LARGEST:g} to {LARGEST:g}.")
    return table.astype(np.float32)


class MixedShape(tuple[int, ...]):
    """Shape (v, p + a) of a sample as a mixed net sees it: each view's p pixels, then the attributes.

    Args:
        views: v.
        image: (c, h, w) of one view, p = c · h · w.
        attributes: a.
    """

    image: tuple[int, ...]
    attributes: int

    def __new__(cls, views: int, image: tuple[int, ...], attributes: int) -> Self:
        shape = super().__new__(cls, (views, prod(image) + attributes))
        shape.image, shape.attributes = image, attributes
        return shape

    def __getnewargs__(self) -> tuple[Any, ...]:
        return self.views, self.image, self.attributes

    @property
    def views(self) -> int:
        """v."""
        return self[0]

    @property
    def stored(self) -> tuple[int, ...]:
        """(h, v · w, c) as the data set has it."""
        channels, height, width = self.image
        return height, self.views * width, channels

    def factor(self, weight: float) -> float:
        """What attributes in [0, 1] are multiplied by, so that their squared errors weigh what they should.

        With √(weight · p / a) the squared errors of a row add up to those of its pixels and, of the
        attributes, as much as if p pixels had `weight` times their mean squared error. 1 without attributes.
        """
        return sqrt(weight * prod(self.image) / self.attributes) if self.attributes else 1.0

    def apart(self, images: Tensor) -> Tensor:
        """Views (b, v, c, h, w) of images (b, c, h, v · w)."""
        side = images.shape[3] // self.views
        return images.reshape(*images.shape[:3], self.views, side).permute(0, 3, 1, 2, 4)

    def joined(self, views: Tensor) -> Tensor:
        """Images (b, c, h, v · w) of views (b, v, c, h, w)."""
        return views.permute(0, 2, 3, 1, 4).flatten(3)

    def packed(self, views: Tensor, attributes: Tensor) -> Tensor:
        """Rows (b, v, p + a) from views (b, v, c, h, w) and attributes (b, a)."""
        beside = attributes[:, None].expand(-1, self.views, -1)
        return torch.cat([views.flatten(2), beside], dim=2)

    def unpacked(self, rows: Tensor) -> tuple[Tensor, Tensor]:
        """Views (..., c, h, w) and the attributes (..., a) beside each, of rows (..., p + a)."""
        pixels, attributes = rows.tensor_split([rows.shape[-1] - self.attributes], dim=-1)
        return pixels.reshape(*rows.shape[:-1], *self.image), attributes


def beside_of(shape: tuple[int, ...]) -> Beside:
    """What samples of a shape have beside one picture."""
    return Beside(shape.views, shape.attributes) if isinstance(shape, MixedShape) else PLAIN


def refuse_other_modalities(fitted: tuple[int, ...], given: Modalities | None) -> None:
    """Refuse samples with other views or attributes than a mixed net was fitted to.

    Raises:
        InvalidData: names both.
    """
    given = given or Modalities()
    accepted, met = beside_of(fitted), Beside(given.views, given.n_attributes)
    if isinstance(fitted, MixedShape) and met != accepted:
        raise InvalidData(
            f"Samples have {met.views} view(s) and {met.attributes} attribute(s); "
            f"the model was fitted to {accepted.views} and {accepted.attributes}."
        )
