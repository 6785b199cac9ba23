"""One fused resampling of a batch."""

from typing import Literal

import torch
from torch import Tensor
from torch.nn.functional import affine_grid, grid_sample


def warp(x: Tensor, matrix: Tensor, *, beyond: Literal["zeros", "border"] = "zeros") -> Tensor:
    """Resample images bilinearly under affine maps.

    Args:
        x: (b, c, h, w).
        matrix: (b, 2, 3), from output to input positions (x, y) in pixels from the image's center.
        beyond: what lies outside of the image: black, or its border repeated.

    Returns:
        (b, c, h, w).
    """
    height, width = x.shape[-2:]
    half = torch.stack([x.new_full((), side / 2) for side in (width, height)])  # made on the device, no wait
    columns = torch.cat([half, half.new_ones(1)])
    grid = affine_grid(matrix * columns / half[:, None], list(x.shape), align_corners=False)
    return grid_sample(x, grid, padding_mode=beyond, align_corners=False)
