"""Color distortions of images (b, 3, h, w) in [0, 1]; each factor is (b,), one an image."""

import torch
from torch import Generator, Tensor

from clustering.augment.draw import chosen, uniform
from clustering.params.augment import SimclrAugment


def simclr_colors(x: Tensor, params: SimclrAugment, generator: Generator) -> Tensor:
    """Jitter, gray, solarize and invert random images of the batch.

    Departs from torchvision's random order: brightness, contrast, saturation and hue, in this order and
    clamped once before the hue.
    """
    jitter = chosen(params.jitter, x, generator)
    factors = [
        torch.where(jitter, uniform(1 - spread, 1 + spread, x, generator), 1.0)
        for spread in (params.brightness, params.contrast, params.saturation)
    ]
    x = mix(x, *factors)
    if params.hue > 0:
        x = shift_hue(x, torch.where(jitter, uniform(-params.hue, params.hue, x, generator), 0.0))
    x = torch.where(_each(chosen(params.grayscale, x, generator)), gray(x), x)
    x = solarize(x, torch.where(chosen(params.solarize, x, generator), 0.5, torch.inf))
    if params.invert > 0:
        x = torch.where(_each(chosen(params.invert, x, generator)), 1 - x, x)
    return x


def gray(x: Tensor) -> Tensor:
    """Luma (b, 1, h, w) of ITU-R BT.601."""
    red, green, blue = x.unbind(1)
    return (0.299 * red).add_(green, alpha=0.587).add_(blue, alpha=0.114)[:, None]


def mix(x: Tensor, brightness: Tensor, contrast: Tensor, saturation: Tensor) -> Tensor:
    """Brightness, then contrast about the mean luma, then saturation, as one affine map; clamped.

    With luma l of brightness·x and its mean m over the image:
        c = contrast · brightness · x + (1 - contrast) · m;  out = saturation · c + (1 - saturation) · luma(c)
    """
    luma = gray(x)
    gain = brightness * contrast
    toward_mean = (1 - contrast) * brightness * luma.mean(dim=(1, 2, 3))
    offset = torch.addcmul(_each(toward_mean), luma, _each(gain * (1 - saturation)))
    return torch.addcmul(offset, x, _each(gain * saturation)).clamp_(0, 1)


def shift_hue(x: Tensor, shift: Tensor) -> Tensor:
    """Turn the hue in HSV by a share of the color circle, in [-0.5, 0.5]."""
    red, green, blue = x.unbind(1)
    top = torch.maximum(torch.maximum(red, green), blue)
    chroma = top - torch.minimum(torch.minimum(red, green), blue)
    scale = 1 / chroma.clamp(min=1e-8)
    lower = torch.where(top == green, (blue - red) * scale + 2, (red - green) * scale + 4)
    hue = (
        torch.where(top == red, (green - blue) * scale, lower) + 6 * shift[:, None, None]
    )  # sixths of a circle
    out = torch.empty_like(x)
    for channel, offset in enumerate((5, 3, 1)):
        sixths = (hue + offset).remainder_(6)
        torch.sub(top, chroma * torch.minimum(sixths, 4 - sixths).clamp_(0, 1), out=out[:, channel])
    return out


def solarize(x: Tensor, threshold: Tensor) -> Tensor:
    """Invert the values at or above each image's threshold (b,)."""
    return torch.where(x < _each(threshold), x, 1 - x)


def _each(values: Tensor) -> Tensor:
    return values[:, None, None, None]
