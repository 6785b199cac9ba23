"""Windows of images, enlarged to the whole."""

from math import radians

import torch
from torch import Generator, Tensor

from clustering.augment.color import mix, shift_hue
from clustering.augment.draw import chosen, uniform
from clustering.augment.tones import luma
from clustering.augment.warp import warp
from clustering.params.augment import WindowAugment


def random_window(x: Tensor, params: WindowAugment, generator: Generator) -> Tensor:
    """Enlarge a window of each image, at a random place or in the middle; turn, flip and recolor it.

    The border is repeated beyond the image.

    Args:
        x: (b, c, h, w) in [0, 1].
        params: which windows.
        generator: draws what is random.

    Source:
        the views of Ji et al. 2019 (IIC): the color image's jitter is always there, in the order brightness,
        contrast, saturation, hue.
    """
    height, width = x.shape[-2:]
    sides = x.new_tensor(params.sides)
    side = sides[torch.randint(len(sides), (len(x),), generator=generator, device=x.device)]
    share_x, share_y = side / width, side / height
    away = [
        uniform(-1, 1, x, generator) if params.place == "random" else torch.zeros_like(side) for _ in "xy"
    ]
    center = torch.stack([(width - side) / 2 * away[0], (height - side) / 2 * away[1]], dim=1)
    angle = uniform(-radians(params.rotation), radians(params.rotation), x, generator)
    sign = 1 - 2 * chosen(params.flip, x, generator).float()
    cos, sin = angle.cos(), angle.sin()
    box = torch.stack([cos * share_x * sign, -sin * share_y, sin * share_x * sign, cos * share_y], dim=1)
    x = warp(x, torch.cat([box.view(-1, 2, 2), center[..., None]], dim=2), beyond="border")
    return _recolored(x, params, generator)


def middle_window(x: Tensor, side: float) -> Tensor:
    """The window of this side in the middle of each image (b, c, h, w), enlarged to the whole."""
    height, width = x.shape[-2:]
    box = x.new_tensor([[side / width, 0, 0], [0, side / height, 0]])
    return warp(x, box.expand(len(x), 2, 3), beyond="border")


def _recolored(x: Tensor, params: WindowAugment, generator: Generator) -> Tensor:
    if x.shape[1] != 3:
        return _toned(x, params, generator)
    spreads = (params.brightness, params.contrast, params.saturation)
    if any(spreads):
        x = mix(x, *(uniform(1 - spread, 1 + spread, x, generator) for spread in spreads))
    return shift_hue(x, uniform(-params.hue, params.hue, x, generator)) if params.hue > 0 else x


def _toned(x: Tensor, params: WindowAugment, generator: Generator) -> Tensor:
    """Brightness, then contrast about the mean of all channels; clamped."""
    if params.brightness == params.contrast == 0:
        return x
    factors = (uniform(1 - each, 1 + each, x, generator) for each in (params.brightness, params.contrast))
    brightness, contrast = (factor[:, None, None, None] for factor in factors)
    brighter = brightness * x
    return torch.lerp(luma(brighter).mean((2, 3), keepdim=True), brighter, contrast).clamp_(0, 1)
