"""Bringing images to the size that a network sees."""

from torch import Tensor
from torch.nn.functional import interpolate


def resized(x: Tensor, side: int | None) -> Tensor:
    """Images (b, c, h, w) as (b, c, side, side), bilinear, smoothed where they shrink; None leaves them."""
    if side is None or tuple(x.shape[-2:]) == (side, side):
        return x
    return interpolate(x, size=(side, side), mode="bilinear", align_corners=False, antialias=True)
