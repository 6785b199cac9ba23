"""Random numbers, one an image."""

import torch
from torch import Generator, Tensor


def uniform(low: float, high: float, x: Tensor, generator: Generator) -> Tensor:
    """(b,) uniform in [low, high) for images x (b, c, h, w), on their device."""
    return torch.empty(len(x), device=x.device).uniform_(low, high, generator=generator)


def chosen(probability: float, x: Tensor, generator: Generator) -> Tensor:
    """(b,) bool, each true with the probability."""
    return uniform(0, 1, x, generator) < probability
