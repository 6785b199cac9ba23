"""What one image costs a network, counted from its architecture. Imports without torch."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from clustering.params.nets import BLOCKS, EXPANSION, PlainTrunk, ResidualTrunk, ResNet

Shape = tuple[int, int, int]
"""(c, h, w)."""


@dataclass(frozen=True)
class Work:
    """Of one image in a forward pass."""

    products: int = 0
    """Multiplications with an addition."""
    kept: int = 0
    """Numbers that wait for the backward pass."""
    weights: int = 0
    """Parameters of the network."""

    def __add__(self, other: "Work") -> "Work":
        return Work(self.products + other.products, self.kept + other.kept, self.weights + other.weights)

    def __mul__(self, times: int) -> "Work":
        return Work(self.products * times, self.kept * times, self.weights * times)


def of_trunk(net: ResidualTrunk | ResNet | PlainTrunk, shape: Shape) -> tuple[Work, int]:
    """From images of this shape to features, and the width of those."""
    return _plain(net, shape) if net.type == "plain" else _residual(net, shape)


def of_layers(widths: Sequence[int]) -> Work:
    """Linear layers with an activation between them; their inputs and outputs wait."""
    layers = (Work(before * after, 2 * after, (before + 1) * after) for before, after in pairwise(widths))
    return sum(layers, Work())


def _residual(net: ResidualTrunk | ResNet, shape: Shape) -> tuple[Work, int]:
    channels, *sides = shape
    large, before = net.stem == "large", net.width
    sides = _halved(sides) if large else sides
    total = _convolution(channels, before, 7 if large else 3, sides)
    if net.stem != "small":
        sides = _halved(sides) if large else [side // 2 for side in sides]
        total += _pooled(before, sides)
    for stage, count in enumerate(BLOCKS[net.depth]):
        inner = net.width * 2**stage
        after = inner * EXPANSION[net.depth]
        come, sides = sides, _halved(sides) if stage else sides
        total += _block(before, inner, after, (come, sides))
        total += _block(after, inner, after, (sides, sides)) * (count - 1)
        total += _shortcut(before, after, sides) if before != after else Work()
        before = after
    return total, before


def _block(before: int, inner: int, after: int, sides: tuple[Sequence[int], Sequence[int]]) -> Work:
    """The convolutions beside a shortcut, from places to no more of them."""
    come, go = sides
    if inner == after:
        return _convolution(before, after, 3, go) + _convolution(after, after, 3, go)
    middle = _convolution(inner, inner, 3, go)
    return _convolution(before, inner, 1, come) + middle + _convolution(inner, after, 1, go)


def _plain(net: PlainTrunk, shape: Shape) -> tuple[Work, int]:
    before, *sides = shape
    total = Work()
    for stage, after in enumerate(net.channels):
        if stage:
            sides = [side // 2 for side in sides]
            total += _pooled(before, sides)
        total += _convolution(before, after, net.kernel, sides)
        before = after
    return total, before * _places(sides)


def _convolution(before: int, after: int, kernel: int, sides: Sequence[int]) -> Work:
    """One with a norm and an activation: what it makes waits for the norm, what they make for the next."""
    weights, places = before * after * kernel**2, _places(sides)
    return Work(weights * places, 2 * after * places, weights + 2 * after)


def _shortcut(before: int, after: int, sides: Sequence[int]) -> Work:
    """A projection with a norm, to whose output another is added: only its own waits."""
    places = _places(sides)
    return Work(before * after * places, after * places, before * after + 2 * after)


def _pooled(channels: int, sides: Sequence[int]) -> Work:
    """The largest of each field, and in twice as many bytes where it stood."""
    return Work(kept=3 * channels * _places(sides))


def _halved(sides: Sequence[int]) -> list[int]:
    return [(side + 1) // 2 for side in sides]


def _places(sides: Sequence[int]) -> int:
    height, width = sides
    return height * width
