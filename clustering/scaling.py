"""From stored values to what a method sees."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TypeAlias

import torch
from torch import Tensor

from clustering.params.base import Scale

Blocks: TypeAlias = Callable[[], Iterable[Tensor]]
"""Starts a pass over all stored samples, channels first, block by block."""


@dataclass(frozen=True)
class AttributeScaling:
    """From attributes as stored to those beside the pixels: x = (stored - low) * gain."""

    low: Tensor
    """(a,)"""
    gain: Tensor
    """(a,)"""

    @classmethod
    def of(cls, attributes: Tensor, factor: float) -> "AttributeScaling":
        """Attributes (n, a) to [0, factor]; one that is constant becomes 0.

        Source:
            A.4 of the thesis: min-max over all samples.
        """
        low, high = attributes.aminmax(dim=0)
        spread = high - low
        return cls(low, factor / torch.where(spread > 0, spread, 1))

    def apply(self, stored: Tensor) -> Tensor:
        """Attributes (b, a) as a net sees them."""
        return (stored - self.low) * self.gain

    def invert(self, x: Tensor) -> Tensor:
        """Attributes (b, a) in their own units."""
        return x / self.gain + self.low

    def to(self, device: str) -> "AttributeScaling":
        """The same on a device."""
        return AttributeScaling(self.low.to(device), self.gain.to(device))


@dataclass(frozen=True)
class Scaling:
    """Two affine steps: to the unit range, where views of images are drawn, then to the method's scale.

    unit = (stored - low) * gain; x = unit * factor + shift
    """

    low: float = 0.0
    gain: float = 1.0
    factor: Tensor | None = None
    """Broadcasts over (b, *shape); None is 1."""
    shift: Tensor | None = None
    """Broadcasts likewise; None is 0."""
    attributes: AttributeScaling | None = None
    """Of what lies beside images, for a net that reads it."""

    def to_unit(self, stored: Tensor) -> Tensor:
        """Float samples in the unit range."""
        x = stored.to(torch.float32)
        if self.low != 0:
            x = x - self.low
        return x if self.gain == 1 else x * self.gain

    def from_unit(self, unit: Tensor) -> Tensor:
        """Samples in the method's scale."""
        if self.factor is None or self.shift is None:
            return unit
        return torch.addcmul(self.shift, unit, self.factor)

    def invert(self, x: Tensor) -> Tensor:
        """Stored values of samples in the method's scale, as floats."""
        unit = x if self.factor is None or self.shift is None else (x - self.shift) / self.factor
        return unit / self.gain + self.low

    def to(self, device: str) -> "Scaling":
        """The same on a device."""
        beside = None if self.attributes is None else self.attributes.to(device)
        if self.factor is None or self.shift is None:
            return replace(self, attributes=beside)
        return Scaling(self.low, self.gain, self.factor.to(device), self.shift.to(device), beside)


def scaling_for(scale: Scale, blocks: Blocks, *, images: bool) -> Scaling:
    """Choose the two steps from the samples themselves.

    Bytes and images have a unit range: of bytes it ends at the largest value met, of images of floats it is
    [0, 1] where they are inside. `auto` brings both there and leaves other vectors as they are.

    Args:
        scale: as in the params.
        blocks: passes over the stored samples.
        images: whether statistics are per channel instead of per feature.
    """
    sample = next(iter(blocks()))
    stored_bytes = sample.dtype == torch.uint8
    low, high = (0.0, _largest(blocks)) if stored_bytes else _range(blocks)
    spread = high - low if high > low else 1.0
    if not stored_bytes and images and low >= 0 and high <= 1:
        low, spread = 0.0, 1.0
    unit = Scaling(low, 1 / spread)
    if scale == "standard":
        return _standard(unit if stored_bytes or images else Scaling(), blocks, images=images)
    if scale == "unit" or (scale == "auto" and (stored_bytes or images)):
        return unit
    if stored_bytes or images:
        return Scaling(low, 1 / spread, torch.tensor(spread), torch.tensor(low))
    return Scaling()


def _largest(blocks: Blocks) -> float:
    return float(max(block.max().item() for block in blocks()))


def _range(blocks: Blocks) -> tuple[float, float]:
    extremes = [block.aminmax() for block in blocks()]
    return min(e.min.item() for e in extremes), max(e.max.item() for e in extremes)


def _standard(unit: Scaling, blocks: Blocks, *, images: bool) -> Scaling:
    """Zero mean and unit variance on top of the unit step; constant features only lose their mean."""
    axes = (0, 2, 3) if images else (0,)
    count, total, squares = 0, torch.zeros(()), torch.zeros(())
    for block in blocks():
        x = unit.to_unit(block).double()
        count += x.numel() // x.mean(axes).numel()
        total = total + x.sum(axes, keepdim=True)[0]
    mean = total / count
    for block in blocks():
        x = unit.to_unit(block).double()
        squares = squares + (x - mean).square().sum(axes, keepdim=True)[0]
    deviation = (squares / count).sqrt()
    constant = deviation <= 1e-7 * mean.abs().clamp(min=1e-12)
    factor = torch.where(constant, 1.0, 1 / deviation)
    return Scaling(unit.low, unit.gain, factor.float(), (-mean * factor).float())
