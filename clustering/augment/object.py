"""Views of objects in several pictures: each picture moves by itself, colors change for all alike."""

from math import radians

import torch
from torch import Generator, Tensor

from clustering.augment.affine import inverse_affine
from clustering.augment.color import mix, shift_hue
from clustering.augment.draw import chosen, uniform
from clustering.augment.warp import warp
from clustering.params.augment import ObjectAugment


def object_view(x: Tensor, params: ObjectAugment, generator: Generator) -> Tensor:
    """Warp, crop and flip each picture, then change the colors of each object.

    Args:
        x: (b, c, h, w), or (b, v, c, h, w) of objects in v pictures.
        params: how much.
        generator: draws geometry for each picture and colors for each object.

    Source:
        The thesis, A.4: geometry is independent of the picture, colors are the bead's.
    """
    pictures = x if x.ndim == 4 else x.flatten(0, 1)
    moved = warp(pictures, _geometry(pictures, params, generator)).view_as(x)
    return object_colors(moved, params, generator)


def object_colors(x: Tensor, params: ObjectAugment, generator: Generator) -> Tensor:
    """Invert some of the chosen objects, then jitter brightness, contrast, saturation and hue of them all.

    Args:
        x: (b, 3, h, w), or (b, v, 3, h, w) of objects in v pictures, which share what is drawn.
        params: how much.
        generator: draws a value an object.
    """
    if params.color == 0:
        return x
    block = chosen(params.color, x, generator)
    inverted = block & chosen(params.invert, x, generator)
    spreads = (params.brightness, params.contrast, params.saturation)
    factors = [torch.where(block, uniform(1 - s, 1 + s, x, generator), 1.0) for s in spreads]
    turn = torch.where(block, uniform(-params.hue, params.hue, x, generator), 0.0)
    if x.ndim == 5:
        count = x.shape[1]
        inverted, turn = inverted.repeat_interleave(count), turn.repeat_interleave(count)
        factors = [factor.repeat_interleave(count) for factor in factors]
    flat = x.flatten(0, -4)
    flat = torch.where(inverted[:, None, None, None], 1 - flat, flat)
    return shift_hue(mix(flat, *factors), turn).view_as(x)


def _geometry(x: Tensor, params: ObjectAugment, generator: Generator) -> Tensor:
    """(b, 2, 3) maps from output to input positions: flips, then a crop, then a warp of some pictures."""
    height, width = x.shape[-2:]
    side = x.new_tensor([width, height])
    moved = chosen(params.affine, x, generator)
    angle, shear = radians(params.degrees), radians(params.shear)
    shift = torch.stack([uniform(-params.translate, params.translate, x, generator) for _ in range(2)], dim=1)
    affine = inverse_affine(
        torch.where(moved, uniform(-angle, angle, x, generator), 0),
        torch.ones(len(x), device=x.device),
        torch.where(moved, uniform(-shear, shear, x, generator), 0),
        torch.where(moved[:, None], shift * side, 0),
    )
    part = uniform(params.min_area, 1, x, generator).sqrt()
    center = torch.stack([uniform(-1, 1, x, generator) for _ in range(2)], dim=1)
    center = center * (1 - part)[:, None] * side / 2
    flips = [1 - 2 * chosen(share, x, generator).float() for share in (params.flip, params.vertical_flip)]
    crop = part[:, None, None] * torch.diag_embed(torch.stack(flips, dim=1))
    linear = affine[:, :, :2] @ crop
    offset = affine[:, :, :2] @ center[..., None] + affine[:, :, 2:]
    return torch.cat([linear, offset], dim=2)
