"""Operations on the tones of images (b, c, h, w) in [0, 1]; each works on any number of channels."""

import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d

from clustering.augment.color import gray

WHITE = 255
"""The levels of a byte are counted from 0 to this one."""


def autocontrast(x: Tensor) -> Tensor:
    """Stretch each channel to the whole range; a channel of one value stays."""
    low, high = x.amin((2, 3), keepdim=True), x.amax((2, 3), keepdim=True)
    return torch.where(high > low, (x - low) / (high - low).clamp(min=1e-8), x).clamp_(0, 1)


def equalize(x: Tensor) -> Tensor:
    """Give each channel a flat histogram of 256 levels; a channel of one level stays.

    Level l becomes 255 · (pixels darker than l) / (pixels darker than the brightest level), rounded.

    Departs from PIL, which divides by a whole number of pixels a level and so does nothing to small images.
    """
    levels = _levels(x).long().flatten(2)
    ones = torch.ones_like(levels)
    counts = levels.new_zeros(*levels.shape[:2], WHITE + 1).scatter_add_(2, levels, ones)
    darker = counts.cumsum(2) - counts
    most = darker.gather(2, levels.amax(2, keepdim=True))
    table = (2 * WHITE * darker + most) // (2 * most).clamp(min=1)
    flat = table.gather(2, levels).to(x.dtype) / WHITE
    return torch.where(most > 0, flat, x.flatten(2)).view_as(x)


def posterize(x: Tensor, bits: Tensor) -> Tensor:
    """Keep the highest bits (b,) of each value's eight."""
    width = (2.0 ** (8 - bits)).to(x.dtype)[:, None, None, None]
    return (_levels(x) / width).floor() * width / WHITE


def fade(x: Tensor, other: Tensor, kept: Tensor) -> Tensor:
    """Shares (b,) of the images, the rest from others that broadcast over them."""
    return torch.lerp(other.expand_as(x), x, kept[:, None, None, None])


def luma(x: Tensor) -> Tensor:
    """Brightness (b, 1, h, w): ITU-R BT.601 of three channels, else the channels' mean."""
    return gray(x) if x.shape[1] == 3 else x.mean(1, keepdim=True)


def mean_luma(x: Tensor) -> Tensor:
    """Mean brightness (b, 1, 1, 1)."""
    return luma(x).mean((2, 3), keepdim=True)


def blurred(x: Tensor) -> Tensor:
    """Mean over a pixel of weight 5 and its 8 neighbors; the outermost pixels stay."""
    out = x.clone()
    if min(x.shape[-2:]) > 2:
        inner = x[..., 1:-1, 1:-1]
        out[..., 1:-1, 1:-1] = (9 * avg_pool2d(x, 3, stride=1) + 4 * inner) / 13
    return out


def _levels(x: Tensor) -> Tensor:
    return (x * WHITE).round_().clamp_(0, WHITE)
