"""Convolutions without shortcuts, for small images."""

from torch import Tensor, nn

from clustering.params.nets import PlainTrunk


class Plain(nn.Module):
    """From images (b, c, h, w) to features (b, width): convolutions with norms and poolings between them.

    Args:
        shape: (c, h, w) of an image.
        net: channels and kernels.

    Source:
        Ji et al. 2019 (IIC), the network of its code for MNIST.
    """

    def __init__(self, shape: tuple[int, ...], net: PlainTrunk) -> None:
        super().__init__()
        before, height, width = shape
        layers: list[nn.Module] = []
        for stage, after in enumerate(net.channels):
            if stage:
                layers.append(nn.MaxPool2d(2))
                height, width = height // 2, width // 2
            layers += [
                nn.Conv2d(before, after, net.kernel, padding=net.kernel // 2, bias=False),
                nn.BatchNorm2d(after),
                nn.ReLU(inplace=True),
            ]
            before = after
        self.layers = nn.Sequential(*layers)
        self.width = before * height * width

    def forward(self, x: Tensor) -> Tensor:
        return self.pooled(self.layers(x))

    def maps(self, x: Tensor) -> list[Tensor]:
        """Feature maps (b, channels, h, w) behind each convolution."""
        found: list[Tensor] = []
        for layer in self.layers:
            x = layer(x)
            found += [x] if isinstance(layer, nn.ReLU) else []
        return found

    def pooled(self, last: Tensor) -> Tensor:
        """Features (b, width) of the last feature map."""
        return last.flatten(1)
