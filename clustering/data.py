"""Samples on the device, and batches of them. Never labels."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Generator, Tensor

from clustering.errors import InvalidData
from clustering.params.base import Scale
from clustering.params.problem import Kind
from clustering.params.steps import stops
from clustering.scaling import Scaling, scaling_for

View: TypeAlias = Callable[[Tensor, Generator], Tensor]
"""Draws a random view of images (b, c, h, w) in [0, 1], or some of them behind one another."""

_BLOCK_BYTES = 2**26

LARGEST = 1e16
"""Beyond it, sums of squares over some million values leave float32."""


class Source(Protocol):
    """Stored samples, channels first."""

    def take(self, index: Tensor) -> Tensor: ...
    def span(self, start: int, stop: int) -> Tensor: ...


class Resident:
    """One tensor on the device."""

    def __init__(self, x: Tensor) -> None:
        self.x = x

    def take(self, index: Tensor) -> Tensor:
        return self.x.index_select(0, index)

    def span(self, start: int, stop: int) -> Tensor:
        return self.x[start:stop]


class Streamed:
    """An array that stays where it is and is read batch by batch, in pinned memory on the way to a GPU."""

    def __init__(self, array: NDArray[Any], device: str) -> None:
        self.array = array
        self.device = device

    def take(self, index: Tensor) -> Tensor:
        rows = index.cpu().numpy()
        order = np.argsort(rows)
        picked = np.empty((len(rows), *self.array.shape[1:]), _kept_dtype(self.array))
        picked[order] = self.array[rows[order]]
        return self._send(picked)

    def span(self, start: int, stop: int) -> Tensor:
        return self._send(self.array[start:stop].astype(_kept_dtype(self.array), copy=True))

    def _send(self, rows: NDArray[Any]) -> Tensor:
        x = _channels_first(torch.from_numpy(rows))
        return x.pin_memory().to(self.device, non_blocking=True) if "cuda" in self.device else x


class Part:
    """Some rows of another source."""

    def __init__(self, source: Source, index: Tensor) -> None:
        self.source = source
        self.index = index

    def take(self, index: Tensor) -> Tensor:
        return self.source.take(self.index[index])

    def span(self, start: int, stop: int) -> Tensor:
        return self.source.take(self.index[start:stop])


@dataclass(frozen=True)
class Batch:
    """Some of the samples."""

    index: Tensor
    """(b,) int64, positions in the data set."""
    x: Tensor
    """(b, *shape) in the method's scale."""
    view: Callable[[], Tensor]
    """Draws a random view of the same samples in the same scale; `x` itself where none was asked for."""


@dataclass(frozen=True)
class Data:
    """The samples of one fit. Build it with `Data.of`."""

    n: int
    shape: tuple[int, ...]
    """Of one sample: (d,) for vectors, (c, h, w) for images."""
    kind: Kind
    source: Source
    scaling: Scaling
    device: str

    @classmethod
    def of(
        cls,
        array: NDArray[Any],
        *,
        scale: Scale | Scaling = "auto",
        device: str = "cpu",
        budget_bytes: int = 4 * 2**30,
    ) -> "Data":
        """Check samples and put them on the device, or stream them from where they are.

        Args:
            array: vectors (n, d), or images (n, h, w) or (n, h, w, c); bytes stay, all else becomes float32.
            scale: of the params, or the scaling of a trained model, for which one sample is enough.
            device: a torch device.
            budget_bytes: a larger array is streamed.

        Raises:
            InvalidData: not numbers, a wrong number of axes, an empty axis, too few samples, NaN, or a value
                beyond ±1e16.
        """
        checked = _checked(array, least=1 if isinstance(scale, Scaling) else 2)
        resident = checked.size * _kept_dtype(checked).itemsize <= budget_bytes
        source: Source = Resident(_tensor(checked).to(device)) if resident else Streamed(checked, device)
        images = checked.ndim > 2
        first = source.span(0, 1)
        step = max(1, _BLOCK_BYTES // (4 * first.numel()))

        def blocks() -> Iterator[Tensor]:
            return (source.span(start, start + step) for start in range(0, len(checked), step))

        _refuse_extremes(blocks)
        scaling = scale if isinstance(scale, Scaling) else scaling_for(scale, blocks, images=images)
        kind: Kind = "images" if images else "vectors"
        return cls(len(checked), tuple(first.shape[1:]), kind, source, scaling.to(device), device)

    def batches(self, size: int, generator: Generator, view: View | None = None) -> Iterator[Batch]:
        """All samples once, in random order; less than half a batch left over joins the last one.

        A batch of a few samples has targets, negatives and batch norms of little use. Papers drop the
        left-over; here no sample is left out of an epoch.
        """
        order = torch.randperm(self.n, generator=generator, device=self.device)
        for index in order.tensor_split(stops(self.n, size)):
            unit = self.scaling.to_unit(self.source.take(index))
            x = self.scaling.from_unit(unit)
            yield Batch(index, x, self._viewer(unit, x, view, generator))

    def _viewer(
        self, unit: Tensor, x: Tensor, view: View | None, generator: Generator
    ) -> Callable[[], Tensor]:
        if view is None:
            return lambda: x
        return lambda: self.scaling.from_unit(view(unit, generator))

    def blocks(self, size: int) -> Iterator[Tensor]:
        """All samples once, in their own order."""
        for start in range(0, self.n, size):
            yield self.scaling.from_unit(self.scaling.to_unit(self.source.span(start, start + size)))

    def part(self, index: Tensor) -> "Data":
        """Some of the samples, (m,) their positions, in the same scale."""
        return replace(self, n=len(index), source=Part(self.source, index.to(self.device)))

    def matrix(self) -> NDArray[np.float32]:
        """All samples flattened, (n, d) in the method's scale, on the CPU."""
        rows = [x.flatten(1).cpu() for x in self.blocks(4096)]
        matrix: NDArray[np.float32] = torch.cat(rows).numpy()
        return matrix


def _checked(array: NDArray[Any], least: int) -> NDArray[Any]:
    if not isinstance(array, np.ndarray):
        raise InvalidData(f"Samples are a {type(array).__name__}; accepted is a NumPy array.")
    if array.dtype.kind not in "buif":
        raise InvalidData(f"Samples have dtype {array.dtype}; accepted are integers, floats and booleans.")
    if array.ndim not in (2, 3, 4):
        met = f"Samples have {array.ndim} axes {array.shape}"
        raise InvalidData(f"{met}; accepted are vectors (n, d) and images (n, h, w) or (n, h, w, c).")
    if 0 in array.shape[1:]:
        raise InvalidData(f"Samples of shape {array.shape[1:]} hold no values.")
    if len(array) < least:
        raise InvalidData(f"The data set has {len(array)} samples; at least {least} are needed.")
    return array[..., None] if array.ndim == 3 else array


def _kept_dtype(array: NDArray[Any]) -> np.dtype[Any]:
    return array.dtype if array.dtype == np.uint8 else np.dtype(np.float32)


def _tensor(array: NDArray[Any]) -> Tensor:
    with np.errstate(over="ignore"):
        kept = np.ascontiguousarray(array, _kept_dtype(array))
    return _channels_first(torch.from_numpy(kept if kept.flags.writeable else kept.copy()))


def _channels_first(x: Tensor) -> Tensor:
    return x.permute(0, 3, 1, 2).contiguous() if x.ndim == 4 else x


def _refuse_extremes(blocks: Callable[[], Iterator[Tensor]]) -> None:
    start = 0
    for block in blocks():
        if block.dtype == torch.uint8:
            return
        stored = block if block.ndim == 2 else block.permute(0, 2, 3, 1)
        bad = ~(stored.abs() <= LARGEST)
        if bad.any():
            first = int(bad.flatten().to(torch.uint8).argmax())
            row, *place = (int(each) for each in np.unravel_index(first, bad.shape))
            met = f"Sample {start + row} holds {stored.flatten()[first].item():g} at {place}"
            raise InvalidData(f"{met}; accepted are finite numbers from {-LARGEST:g} to {LARGEST:g}.")
        start += len(block)
