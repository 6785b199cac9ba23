"""Random affine views."""

from math import radians

import torch
from torch import Generator, Tensor

from clustering.augment.draw import uniform
from clustering.augment.warp import warp
from clustering.params.augment import AffineAugment


def random_affine(x: Tensor, params: AffineAugment, generator: Generator) -> Tensor:
    """Rotate, zoom, shear and shift each image about its center at random; the frame fills with 0.

    Source:
        the transform and its ranges are those of the BRB paper (Miklautz et al. 2025): 16°, 0.1 and 8°.
    """
    height, width = x.shape[-2:]
    angle, shear = radians(params.degrees), radians(params.shear)
    shift = torch.stack(
        [
            uniform(-params.translate, params.translate, x, generator) * width,
            uniform(-params.translate, params.translate, x, generator) * height,
        ],
        dim=1,
    )
    matrix = inverse_affine(
        uniform(-angle, angle, x, generator),
        uniform(1 - params.zoom, 1 + params.zoom, x, generator),
        uniform(-shear, shear, x, generator),
        shift,
    )
    return warp(x, matrix)


def inverse_affine(angle: Tensor, zoom: Tensor, shear: Tensor, shift: Tensor) -> Tensor:
    """From output to input positions, of out = zoom · R(angle) · [[1, tan shear], [0, 1]] · in + shift.

    Args:
        angle: (b,) radians.
        zoom: (b,) above 0.
        shear: (b,) radians, along x.
        shift: (b, 2) pixels along x and y.

    Returns:
        (b, 2, 3).
    """
    cos, sin, slope = angle.cos(), angle.sin(), shear.tan()
    rows = [cos + slope * sin, sin - slope * cos, -sin, cos]
    linear = torch.stack(rows, dim=1).view(-1, 2, 2) / zoom[:, None, None]
    return torch.cat([linear, -linear @ shift[:, :, None]], dim=2)
