"""Residual convolutional encoder and its mirrored decoder, for small images."""

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate

from clustering.params.nets import ConvNet, ResidualStages


class Block(nn.Module):
    """Two 3×3 convolutions with batch norm around a shortcut; may halve height and width.

    Dropout takes whole channels, for neighboring pixels tell the same (Tompson et al. 2015).
    """

    def __init__(self, before: int, after: int, net: ResidualStages, *, stride: int) -> None:
        super().__init__()
        slope = net.negative_slope
        self.body = nn.Sequential(
            nn.Conv2d(before, after, 3, stride=stride, padding=1, bias=False),
            nn.BatchNorm2d(after),
            nn.LeakyReLU(slope, inplace=True),
            *([nn.Dropout2d(net.dropout)] if net.dropout else []),
            nn.Conv2d(after, after, 3, padding=1, bias=False),
            nn.BatchNorm2d(after),
        )
        self.shortcut = nn.Conv2d(before, after, 1, stride=stride, bias=False)
        self.activation = nn.LeakyReLU(slope, inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        x = x.contiguous(memory_format=torch.channels_last)  # a training step is a fifth to a half shorter so
        out: Tensor = self.activation(self.body(x).add_(self.shortcut(x)))
        return out


class Resize(nn.Module):
    """Nearest-neighbor resize to a fixed height and width."""

    def __init__(self, size: tuple[int, int]) -> None:
        super().__init__()
        self.size = size

    def forward(self, x: Tensor) -> Tensor:
        return interpolate(x, size=self.size)


def conv_encoder(shape: tuple[int, ...], net: ConvNet, width: int) -> nn.Sequential:
    """From images (b, *shape) to embeddings (b, width): a stem, halving stages, a linear layer."""
    return nn.Sequential(*trunk(shape, net), nn.Linear(features(shape, net), width))


def conv_decoder(shape: tuple[int, ...], net: ConvNet, width: int) -> nn.Sequential:
    """The encoder's mirror image: from embeddings (b, width) to images (b, *shape), linear at the end."""
    return nn.Sequential(nn.Linear(width, features(shape, net)), *mirrored_trunk(shape, net))


def features(shape: tuple[int, ...], net: ResidualStages) -> int:
    """Values that the last stage makes of an image."""
    height, width = _sizes(shape, len(net.channels))[-1]
    return net.channels[-1] * height * width


def trunk(shape: tuple[int, ...], net: ResidualStages) -> nn.Sequential:
    """From images (b, *shape) to features (b, f): a stem and halving stages."""
    channels = net.channels
    return nn.Sequential(
        nn.Conv2d(shape[0], channels[0], 3, padding=1, bias=False),
        nn.BatchNorm2d(channels[0]),
        nn.LeakyReLU(net.negative_slope, inplace=True),
        *(Block(before, after, net, stride=2) for before, after in pairwise(channels)),
        nn.Flatten(),
    )


def mirrored_trunk(shape: tuple[int, ...], net: ResidualStages) -> nn.Sequential:
    """From features (b, f) to images (b, *shape), linear at the end."""
    channels = net.channels
    sizes = _sizes(shape, len(channels))
    layers: list[nn.Module] = [nn.Unflatten(1, (channels[-1], *sizes[-1]))]
    for (before, after), size in zip(pairwise(reversed(channels)), reversed(sizes[:-1]), strict=True):
        layers += [Resize(size), Block(before, after, net, stride=1)]
    return nn.Sequential(*layers, nn.Conv2d(channels[0], shape[0], 3, padding=1))


def _sizes(shape: tuple[int, ...], stages: int) -> list[tuple[int, int]]:
    """Height and width of each stage's output; odd sides are rounded up."""
    sizes = [(shape[1], shape[2])]
    for _ in range(stages - 1):
        height, width = sizes[-1]
        sizes.append(((height + 1) // 2, (width + 1) // 2))
    return sizes
