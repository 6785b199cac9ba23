"""Samples on the device, and batches of them. Never labels."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Generator, Tensor

from clustering.errors import InvalidData
from clustering.modalities import MixedShape, Modalities
from clustering.params.base import Scale
from clustering.params.problem import Kind
from clustering.params.steps import stops
from clustering.scaling import AttributeScaling, Scaling, scaling_for

View: TypeAlias = Callable[[Tensor, Generator], Tensor]
"""Draws a random view of images (b, c, h, w) or (b, v, c, h, w) in [0, 1], or some behind one another."""

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
    """Of one sample: (d,) for vectors, (c, h, w) for images, a `MixedShape` with views or attributes."""
    kind: Kind
    source: Source
    scaling: Scaling
    device: str
    attributes: Tensor | None = None
    """(n, a) as a net sees them, of samples of a mixed shape."""
    names: tuple[str, ...] = ()
    """Of the attributes, where they have any."""

    @classmethod
    def of(
        cls,
        array: NDArray[Any],
        *,
        scale: Scale | Scaling = "auto",
        device: str = "cpu",
        budget_bytes: int = 4 * 2**30,
        modalities: Modalities | None = None,
    ) -> "Data":
        """Check samples and put them on the device, or stream them from where they are.

        Args:
            array: vectors (n, d), or images (n, h, w) or (n, h, w, c); bytes stay, all else becomes float32.
            scale: of the params, or the scaling of a trained model, for which one sample is enough.
            device: a torch device.
            budget_bytes: a larger array is streamed.
            modalities: for a net that reads them; the samples are then rows of a mixed shape.

        Raises:
            InvalidData: not numbers, a wrong number of axes, an empty axis, too few samples, NaN, a value
                beyond ±1e16, or modalities that do not go with the samples.
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
        data = cls(len(checked), tuple(first.shape[1:]), kind, source, scaling.to(device), device)
        return data if modalities is None else data._mixed(modalities)

    def _mixed(self, modalities: Modalities) -> "Data":
        """The same with each view, and the attributes beside it, apart."""
        stored = (*self.shape[1:], self.shape[0])
        attributes = torch.from_numpy(modalities.checked(self.n, stored)).to(self.device)
        views, (channels, height, width) = modalities.views, self.shape
        shape = MixedShape(views, (channels, height, width // views), attributes.shape[1])
        beside = self.scaling.attributes or AttributeScaling.of(attributes, shape.factor(modalities.weight))
        scaling = replace(self.scaling, attributes=beside)
        return replace(
            self, shape=shape, scaling=scaling, attributes=beside.apply(attributes), names=modalities.names
        )

    @property
    def stored_shape(self) -> tuple[int, ...]:
        """Of one sample as data sets have it, channels last."""
        return stored_shape(self.shape)

    def batches(
        self, size: int, generator: Generator, view: View | None = None, weights: Tensor | None = None
    ) -> Iterator[Batch]:
        """All samples once, in random order; less than half a batch left over joins the last one.

        A batch of a few samples has targets, negatives and batch norms of little use. Papers drop the
        left-over; here no sample is left out of an epoch, unless `weights` (n,) say how often each is drawn:
        then as many are, with replacement.
        """
        if weights is None:
            order = torch.randperm(self.n, generator=generator, device=self.device)
        else:
            order = drawn(weights, self.n, generator)
        for index in order.tensor_split(stops(self.n, size)):
            unit = self._apart(self.scaling.to_unit(self.source.take(index)))
            x = self._scaled(unit, index)
            yield Batch(index, x, self._viewer(unit, x, view, index=index, generator=generator))

    def _viewer(
        self, unit: Tensor, x: Tensor, view: View | None, *, index: Tensor, generator: Generator
    ) -> Callable[[], Tensor]:
        if view is None:
            return lambda: x
        return lambda: self._scaled(view(unit, generator), index)

    def _apart(self, unit: Tensor) -> Tensor:
        return self.shape.apart(unit) if isinstance(self.shape, MixedShape) else unit

    def _scaled(self, unit: Tensor, index: Tensor) -> Tensor:
        """Samples in the method's scale, of images in [0, 1] at these positions, or of views behind them."""
        x = self.scaling.from_unit(unit)
        if not isinstance(self.shape, MixedShape) or self.attributes is None:
            return x
        beside = self.attributes[index]
        return self.shape.packed(x, beside.repeat(len(x) // len(beside), 1))

    def blocks(self, size: int) -> Iterator[Tensor]:
        """All samples once, in their own order."""
        for start in range(0, self.n, size):
            stop = min(start + size, self.n)
            unit = self._apart(self.scaling.to_unit(self.source.span(start, stop)))
            yield self._scaled(unit, torch.arange(start, stop, device=self.device))

    def unit_blocks(self, size: int) -> Iterator[Tensor]:
        """All samples once as stored, views side by side, but in the unit range."""
        for start in range(0, self.n, size):
            yield self.scaling.to_unit(self.source.span(start, min(start + size, self.n)))

    def part(self, index: Tensor) -> "Data":
        """Some of the samples, (m,) their positions, in the same scale."""
        index = index.to(self.device)
        attributes = None if self.attributes is None else self.attributes[index]
        return replace(self, n=len(index), source=Part(self.source, index), attributes=attributes)

    def matrix(self) -> NDArray[np.float32]:
        """All samples flattened, (n, d) in the method's scale, on the CPU."""
        rows = [x.flatten(1).cpu() for x in self.blocks(4096)]
        matrix: NDArray[np.float32] = torch.cat(rows).numpy()
        return matrix


def drawn(weights: Tensor, count: int, generator: Generator) -> Tensor:
    """(count,) positions drawn with replacement, each by its share of the weights (n,), at least 0."""
    ends = weights.double().cumsum(0)
    places = torch.rand(count, generator=generator, device=weights.device, dtype=torch.float64) * ends[-1]
    return torch.searchsorted(ends, places, right=True).clamp_(max=len(weights) - 1)


def stored_shape(shape: tuple[int, ...]) -> tuple[int, ...]:
    """The shape of a sample as data sets have it, channels last, from that which nets see."""
    return shape.stored if isinstance(shape, MixedShape) else (*shape[1:], shape[0])


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
