"""Slopes of brightness in the place of colors."""

import torch
from torch import Tensor, nn
from torch.nn.functional import conv2d

from clustering.augment.tones import luma

ACROSS = ((1.0, 0.0, -1.0), (2.0, 0.0, -2.0), (1.0, 0.0, -1.0))


class Sobel(nn.Module):
    """From images (b, c, h, w) to the slopes (b, 2, h, w) of their luma along x and y; never trained.

    Args:
        colors: whether the images themselves follow behind the slopes, (b, 2 + c, h, w).

    Source:
        Caron et al. 2018 (DeepCluster), as in IIC and PICA; what lies beyond the image is 0.
    """

    kernels: Tensor

    def __init__(self, *, colors: bool) -> None:
        super().__init__()
        across = torch.tensor(ACROSS)
        self.colors = colors
        self.register_buffer("kernels", torch.stack([across, across.T])[:, None], persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        slopes = conv2d(luma(x), self.kernels, padding=1)
        return torch.cat([slopes, x], dim=1) if self.colors else slopes
