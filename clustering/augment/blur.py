"""Gaussian blur with a deviation of its own for each image."""

import torch
from torch import Generator, Tensor

from clustering.augment.draw import chosen, uniform

LEAST, MOST = 0.1, 2.0
"""Deviation in pixels."""
SHARE = 10
"""The kernel covers this part of the side."""


def random_blur(x: Tensor, probability: float, generator: Generator) -> Tensor:
    """Blur some of the images (b, c, h, w), as two products of matrices.

    Source:
        Chen et al. 2020 (SimCLR), appendix A. Departs at the border, where the kernel is cut off and made to
        sum to 1 again; there the image is mirrored.
    """
    deviation = uniform(LEAST, MOST, x, generator)
    down, right = (kernels(deviation, side) for side in x.shape[-2:])
    blurred = down[:, None] @ x @ right[:, None].mT
    return torch.where(chosen(probability, x, generator)[:, None, None, None], blurred, x)


def kernels(deviation: Tensor, side: int) -> Tensor:
    """(b, side, side) matrices that blur a column by the deviations (b,) of each image; rows sum to 1."""
    place = torch.arange(side, device=deviation.device)
    apart = (place[:, None] - place).abs()
    weight = (-(apart**2) / (2 * deviation[:, None, None] ** 2)).exp()
    weight = torch.where(apart <= max(1, side // SHARE // 2), weight, 0)
    return weight / weight.sum(dim=2, keepdim=True)
