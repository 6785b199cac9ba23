"""Random views of images (b, c, h, w) or (b, v, c, h, w) in [0, 1], drawn as a batch on the device."""

import torch
from torch import Generator, Tensor

from clustering.augment.affine import random_affine
from clustering.augment.blur import random_blur
from clustering.augment.color import simclr_colors
from clustering.augment.crop import random_crop, random_resized_crop
from clustering.augment.object import object_view
from clustering.augment.strong import strong_view
from clustering.augment.waves import random_waves
from clustering.augment.window import random_window
from clustering.data import View
from clustering.params.augment import AnyAugment, SimclrAugment

__all__ = ["augmenter", "together"]


def augmenter(params: AnyAugment | None) -> View | None:
    """What draws the views that the params ask for; None where they ask for none.

    Of samples that are several pictures (b, v, c, h, w) each is drawn by itself, but for the colors of
    `object`, which all pictures of a sample share.
    """
    if params is None:
        return None
    if params.type == "affine":
        return _each(lambda x, generator: random_affine(x, params, generator))
    if params.type == "crop":
        return _each(lambda x, generator: random_crop(x, params, generator))
    if params.type == "strong":
        return _each(lambda x, generator: strong_view(x, params, generator))
    if params.type == "window":
        return _each(lambda x, generator: random_window(x, params, generator))
    if params.type == "simclr":
        return _each(lambda x, generator: _simclr_view(x, params, generator))
    return lambda x, generator: object_view(x, params, generator)


def _each(view: View) -> View:
    """Draws every picture of every sample by itself."""

    def draw(x: Tensor, generator: Generator) -> Tensor:
        return view(x, generator) if x.ndim == 4 else view(x.flatten(0, 1), generator).view_as(x)

    return draw


def _simclr_view(x: Tensor, params: SimclrAugment, generator: Generator) -> Tensor:
    x = random_resized_crop(x, params, generator)
    if params.waves > 0:
        x = random_waves(x, params.waves, generator)
    x = simclr_colors(x, params, generator)
    return random_blur(x, params.blur, generator) if params.blur > 0 else x


def together(*views: View | None) -> View:
    """Draws one batch of each view behind another, (v * b, ...); the samples as they are where it is None."""

    def draw(x: Tensor, generator: Generator) -> Tensor:
        return torch.cat([x if view is None else view(x, generator) for view in views])

    return draw
