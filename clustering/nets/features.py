"""The network behind heads: from images of any size to features."""

from torch import Tensor, nn

from clustering.augment.resize import resized
from clustering.nets.plain import Plain
from clustering.nets.precision import products
from clustering.nets.resnet import Trunk
from clustering.nets.sobel import Sobel
from clustering.params.heads import HeadsParams


class Features(nn.Module):
    """Brings images to one size, takes their slopes where asked for, and computes features of them.

    Args:
        shape: (c, h, w) of an image.
        params: which size, slopes and network, and the precision of its products.
    """

    def __init__(self, shape: tuple[int, ...], params: HeadsParams) -> None:
        super().__init__()
        self.side, self.precision = params.input_size, params.precision
        colors = params.sobel == "edges_and_colors"
        self.front = nn.Identity() if params.sobel == "off" else Sobel(colors=colors)
        channels = {"off": shape[0], "edges": 2, "edges_and_colors": shape[0] + 2}[params.sobel]
        sides = shape[1:] if self.side is None else (self.side, self.side)
        self.trunk = _trunk((channels, *sides), params)
        self.width = self.trunk.width

    def forward(self, x: Tensor) -> Tensor:
        """Features (b, width) of images (b, c, h, w) of any size."""
        with products(self.precision, x):
            features: Tensor = self.trunk(self.front(resized(x, self.side)))
        return features.float()


def _trunk(shape: tuple[int, ...], params: HeadsParams) -> Trunk | Plain:
    net = params.net
    if net.type == "plain":
        return Plain(shape, net)
    return Trunk(shape[0], depth=net.depth, width=net.width, stem=net.stem)
