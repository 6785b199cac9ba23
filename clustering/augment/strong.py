"""Strong views: a crop, random operations on tone or shape, a hole."""

from collections.abc import Callable, Mapping
from math import radians
from types import MappingProxyType
from typing import TypeAlias

import torch
from torch import Generator, Tensor

from clustering.augment.affine import inverse_affine
from clustering.augment.color import gray, solarize
from clustering.augment.crop import random_crop
from clustering.augment.cutout import cutout
from clustering.augment.draw import uniform
from clustering.augment.tones import autocontrast, blurred, equalize, fade, mean_luma, posterize
from clustering.augment.warp import warp
from clustering.params.augment import StrongAugment

Operation: TypeAlias = Callable[[Tensor, Generator], Tensor]


def strong_view(x: Tensor, params: StrongAugment, generator: Generator) -> Tensor:
    """Crop, flip, operate, cut a hole.

    Every image draws its own operations and their strengths. Images (b, c, h, w) with other than three
    channels draw from all operations but "color".

    Source:
        the strong views of SCAN (Van Gansbeke et al. 2020), with the operations of RandAugment (Cubuk et
        al. 2020). Departs in that shears and rotations are bilinear and about the image's center.
    """
    x = random_crop(x, params, generator)
    kinds = [each for name, each in OPERATIONS.items() if name != "color" or x.shape[1] == 3]
    drawn = torch.randint(len(kinds), (params.operations, len(x)), generator=generator, device=x.device)
    sizes = (drawn[..., None] == torch.arange(len(kinds), device=x.device)).sum(1).tolist()
    for kind, size in zip(drawn, sizes, strict=True):
        order = kind.argsort(stable=True)
        groups = zip(kinds, torch.split(x[order], size), strict=True)
        done = [operation(group, generator) for operation, group in groups if len(group)]
        x = torch.cat(done)[order.argsort()]
    return cutout(x, params.hole, generator)


def _rotate(x: Tensor, generator: Generator) -> Tensor:
    angle = uniform(-radians(30), radians(30), x, generator)
    still = torch.zeros_like(angle)
    return warp(x, inverse_affine(angle, still + 1, still, torch.stack([still, still], dim=1)))


def _solarize(x: Tensor, generator: Generator) -> Tensor:
    return solarize(x, uniform(0, 1, x, generator))


def _posterize(x: Tensor, generator: Generator) -> Tensor:
    return posterize(x, torch.randint(4, 9, (len(x),), generator=generator, device=x.device))


def _fading(other: Callable[[Tensor], Tensor]) -> Operation:
    """Keeps between 0.05 and 0.95 of an image and takes the rest from the other one."""
    return lambda x, generator: fade(x, other(x), uniform(0.05, 0.95, x, generator))


def _skewing(entry: int, *, pixels: bool) -> Operation:
    """Moves one entry of the 2 × 3 map by ± 0.1, or by this share of the side in pixels."""

    def skew(x: Tensor, generator: Generator) -> Tensor:
        side = x.shape[-1 - entry // 3] if pixels else 1
        matrix = torch.eye(2, 3, device=x.device).flatten().repeat(len(x), 1)
        matrix[:, entry] = side * uniform(-0.1, 0.1, x, generator)
        return warp(x, matrix.view(-1, 2, 3))

    return skew


OPERATIONS: Mapping[str, Operation] = MappingProxyType(
    {
        "identity": lambda x, _: x,
        "autocontrast": lambda x, _: autocontrast(x),
        "equalize": lambda x, _: equalize(x),
        "rotate": _rotate,
        "solarize": _solarize,
        "color": _fading(gray),
        "contrast": _fading(mean_luma),
        "brightness": _fading(torch.zeros_like),
        "sharpness": _fading(blurred),
        "shear_x": _skewing(1, pixels=False),
        "shear_y": _skewing(3, pixels=False),
        "translate_x": _skewing(2, pixels=True),
        "translate_y": _skewing(5, pixels=True),
        "posterize": _posterize,
    }
)
"""What an image (b, c, h, w) in [0, 1] can go through, each with strengths of its own for every image."""
