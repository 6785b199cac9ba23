"""Residual networks for images, without the classifier."""

import torch
from torch import Tensor, nn

from clustering.params.nets import BLOCKS, Depth, Stem


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


class BasicBlock(nn.Module):
    """Two 3×3 convolutions around a shortcut, which is the identity where size and channels stay.

    Source:
        He, Zhang, Ren, Sun. Deep Residual Learning for Image Recognition. CVPR 2016, figure 5 left, with
        projection shortcuts where channels grow (option B).
    """

    def __init__(self, before: int, after: int, *, stride: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            Convolution(before, after, 3, stride=stride),
            nn.BatchNorm2d(after),
            nn.ReLU(inplace=True),
            Convolution(after, after, 3),
            nn.BatchNorm2d(after),
        )
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
        width: channels of the first stage; each later stage has twice as many and halves the sides.
        stem: small keeps the size; pooled halves it; large halves it twice.
    """

    def __init__(self, channels: int, *, depth: Depth, width: int, stem: Stem) -> None:
        super().__init__()
        self.stem = _stem(channels, width, stem)
        stages: list[nn.Module] = []
        before = width
        for stage, count in enumerate(BLOCKS[depth]):
            after = width * 2**stage
            first = BasicBlock(before, after, stride=1 if stage == 0 else 2)
            stages.append(
                nn.Sequential(first, *(BasicBlock(after, after, stride=1) for _ in range(count - 1)))
            )
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


def _stem(channels: int, width: int, stem: Stem) -> nn.Sequential:
    first = Convolution(channels, width, 7, stride=2) if stem == "large" else Convolution(channels, width, 3)
    layers: list[nn.Module] = [first, nn.BatchNorm2d(width), nn.ReLU(inplace=True)]
    if stem == "large":
        layers.append(nn.MaxPool2d(3, stride=2, padding=1))
    elif stem == "pooled":
        layers.append(nn.MaxPool2d(2))
    return nn.Sequential(*layers)
