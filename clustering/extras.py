"""What a method shows beside its clusterings; each is a file of the result, named by the method."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import torch
from torch import Tensor

from clustering.errors import Unsupported

NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


@dataclass(frozen=True)
class Decoded:
    """Points of the embedding whose decoded samples are shown: an array and, of images, a picture."""

    z: Tensor
    """(d,), (columns, d) or (rows, columns, d), as the picture lays them out."""


@dataclass(frozen=True)
class Table:
    """Rows of facts."""

    columns: Mapping[str, Sequence[str | float | None]]
    """Of equal length."""


@dataclass(frozen=True)
class HeatMap:
    """A square of numbers from 0 to 1: an array and a picture."""

    values: Tensor
    """(m, m)."""


Extra: TypeAlias = Decoded | HeatMap | Table | Tensor | dict[str, Any]
"""An array as a tensor of any shape; what is small and has a structure of its own as JSON."""


def settled(extras: Mapping[str, Extra]) -> dict[str, Extra]:
    """The extras on the CPU, without gradients.

    Raises:
        Unsupported: a name that is no name of a file.
    """
    for name in extras:
        if NAME.fullmatch(name) is None:
            raise Unsupported(f"An extra is named {name!r}; accepted are words of a-z, 0-9 with hyphens.")
    return {name: _settled(extra) for name, extra in extras.items()}


def _settled(extra: Extra) -> Extra:
    if isinstance(extra, Decoded):
        return Decoded(extra.z.detach().to("cpu", torch.float32))
    if isinstance(extra, HeatMap):
        return HeatMap(extra.values.detach().to("cpu", torch.float32))
    return extra.detach().cpu() if isinstance(extra, Tensor) else extra
