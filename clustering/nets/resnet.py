"""Residual networks for images, without the classifier."""

from itertools import pairwise

import torch
from torch import Tensor, nn

from clustering.params.nets import BLOCKS, EXPANSION, Depth, Stem


class Convolution(nn.Conv2d):
    """A square convolution without bias that keeps the size, or divides it by the stride; He initialized.

    Source:
        He, Zhang, Ren, Sun. Delving Deep into Rectifiers. ICCV 2015, eq. 14: the variance that keeps the
        gradient's size, 2 over the values that each input reaches.
    """

    def __init__(self, before: int, after: int, side: int, *, stride: int = 1) -> None:
        super().__init__(before, after, side, stride=stride, padding=side // 2, bias=False)

    def reset_parameters(self) -> None:
        nn.init.kaiming_normal_(self.weight, mode="fan_out", nonlinearity="relu")


class Block(nn.Module):
    """Convolutions beside a shortcut, which is the identity where size and channels stay.

    Args:
        body: two 3×3 convolutions for an expansion of 1; else a bottleneck, whose 3×3 convolution has the
            stride and stands between one of 1×1 to the inner channels and one of 1×1 out of them.
        before, after: channels.
        stride: of the body.

    Source:
        He, Zhang, Ren, Sun. Deep Residual Learning for Image Recognition. CVPR 2016, figure 5, with
        projection shortcuts where channels grow (option B). Their bottleneck strides in its first 1×1
        convolution, most nets since, and this one, in the 3×3, which leaves no place out.
    """

    def __init__(self, body: nn.Sequential, before: int, after: int, *, stride: int) -> None:
        super().__init__()
        self.body = body
        same = before == after and stride == 1
        self.shortcut: nn.Module = (
            nn.Identity()
            if same
            else nn.Sequential(Convolution(before, after, 1, stride=stride), nn.BatchNorm2d(after))
        )
        self.activation = nn.ReLU(inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.activation(self.body(x).add_(self.shortcut(x)))
        return out


class Trunk(nn.Module):
    """From images (b, c, h, w) to features (b, width): a stem, four stages, the average over all places.

    Args:
        channels: of the images.
        depth: a key of BLOCKS.
        width: channels within the first stage; each later stage has twice as many and halves the sides.
        stem: small keeps the size; pooled halves it; large halves it twice.
    """

    def __init__(self, channels: int, *, depth: Depth, width: int, stem: Stem) -> None:
        super().__init__()
        self.stem = _stem(channels, width, stem)
        stages: list[nn.Module] = []
        before = width
        for stage, count in enumerate(BLOCKS[depth]):
            inner = width * 2**stage
            after = inner * EXPANSION[depth]
            first = _block(before, inner, after, stride=1 if stage == 0 else 2)
            rest = (_block(after, inner, after, stride=1) for _ in range(count - 1))
            stages.append(nn.Sequential(first, *rest))
            before = after
        self.stages = nn.Sequential(*stages)
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.width = before

    def forward(self, x: Tensor) -> Tensor:
        x = x.contiguous(memory_format=torch.channels_last)  # convolutions are a sixth faster so on a CPU
        return self.pooled(self.stages(self.stem(x)))

    def maps(self, x: Tensor) -> list[Tensor]:
        """Feature maps (b, channels, h, w) behind each stage."""
        x = self.stem(x.contiguous(memory_format=torch.channels_last))
        found: list[Tensor] = []
        for stage in self.stages:
            x = stage(x)
            found.append(x)
        return found

    def pooled(self, last: Tensor) -> Tensor:
        """Features (b, width) of the last feature map."""
        features: Tensor = self.pool(last)
        return features.flatten(1)


def _block(before: int, inner: int, after: int, *, stride: int) -> Block:
    kernels = ((3, stride), (3, 1)) if inner == after else ((1, 1), (3, stride), (1, 1))
    channels = (before, *(inner,) * (len(kernels) - 1), after)
    layers: list[nn.Module] = []
    for (side, step), (come, go) in zip(kernels, pairwise(channels), strict=True):
        layers += [Convolution(come, go, side, stride=step), nn.BatchNorm2d(go), nn.ReLU(inplace=True)]
    return Block(nn.Sequential(*layers[:-1]), before, after, stride=stride)


def _stem(channels: int, width: int, stem: Stem) -> nn.Sequential:
    first = Convolution(channels, width, 7, stride=2) if stem == "large" else Convolution(channels, width, 3)
    layers: list[nn.Module] = [first, nn.BatchNorm2d(width), nn.ReLU(inplace=True)]
    if stem == "large":
        layers.append(nn.MaxPool2d(3, stride=2, padding=1))
    elif stem == "pooled":
        layers.append(nn.MaxPool2d(2))
    return nn.Sequential(*layers)
