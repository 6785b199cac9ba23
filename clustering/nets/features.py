"""The network behind heads: from images of any size to features."""

from typing import ClassVar, cast

from torch import Tensor, nn

from clustering.augment.resize import resized
from clustering.nets.net import Net
from clustering.nets.plain import Plain
from clustering.nets.precision import products
from clustering.nets.resnet import Trunk
from clustering.nets.sobel import Sobel
from clustering.params.heads import HeadsParams


class Features(Net):
    """Brings images to one size, takes their slopes where asked for, and computes features of them.

    Args:
        shape: (c, h, w) of an image.
        params: which size, slopes and network, and the precision of its products.
    """

    kept: ClassVar[tuple[str, ...]] = ("encoder",)

    def __init__(self, shape: tuple[int, ...], params: HeadsParams) -> None:
        side, sobel = params.input_size, params.sobel
        front = nn.Identity() if sobel == "off" else Sobel(colors=sobel == "edges_and_colors")
        channels = {"off": shape[0], "edges": 2, "edges_and_colors": shape[0] + 2}[sobel]
        sides = shape[1:] if side is None else (side, side)
        trunk = _trunk((channels, *sides), params)
        super().__init__(nn.Sequential(front, trunk), params.precision)
        self.side, self.width = side, trunk.width

    def forward(self, x: Tensor) -> Tensor:
        """Features (b, width) of images (b, c, h, w) of any size."""
        return self.encode(resized(x, self.side))

    def with_maps(self, x: Tensor) -> tuple[list[Tensor], Tensor]:
        """Feature maps (b, channels, h, w) behind each stage of the network, and the features (b, width)."""
        front, trunk = self.encoder.children()
        behind = cast(Trunk | Plain, trunk)
        with products(self.precision, x):
            maps = behind.maps(front(resized(x, self.side)))
            features = behind.pooled(maps[-1])
        return [each.float() for each in maps], features.float()


def _trunk(shape: tuple[int, ...], params: HeadsParams) -> Trunk | Plain:
    net = params.net
    if net.type == "plain":
        return Plain(shape, net)
    return Trunk(shape[0], depth=net.depth, width=net.width, stem=net.stem)
