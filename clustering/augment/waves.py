"""Waves laid over images."""

from math import pi

import torch
from torch import Generator, Tensor

from clustering.augment.draw import uniform

COUNT = 2
"""Waves an image; two that cross make checks."""
SHORTEST = 4.0
"""Wavelength in pixels; from it to the image's longer side, wave numbers are uniform."""


def random_waves(x: Tensor, amplitude: float, generator: Generator) -> Tensor:
    """Add plane waves, the same to all channels of an image, and clamp to [0, 1].

    out = x + Σ_m a_m sin(2π f_m (u cos φ_m + v sin φ_m) + ψ_m), over pixels (u, v).

    Args:
        x: (b, c, h, w) in [0, 1].
        amplitude: largest a; each is uniform from 0.
        generator: draws a, f, φ and ψ.

    Source:
        Vaish, Wang, Strisciuglio 2024 (Fourier-basis functions), who add one wave to each channel.
    """
    height, width = x.shape[-2:]
    v, u = torch.meshgrid(
        torch.arange(height, device=x.device), torch.arange(width, device=x.device), indexing="ij"
    )
    added = torch.zeros(len(x), 1, height, width, device=x.device)
    for _ in range(COUNT):
        frequency = 2 * pi * uniform(1 / max(height, width), 1 / SHORTEST, x, generator)
        angle = uniform(0, 2 * pi, x, generator)
        along = _each(frequency * angle.cos()) * u + _each(frequency * angle.sin()) * v
        phase = _each(uniform(0, 2 * pi, x, generator))
        added += _each(uniform(0, amplitude, x, generator)) * (along + phase).sin()
    return (x + added).clamp_(0, 1)


def _each(values: Tensor) -> Tensor:
    return values[:, None, None, None]
