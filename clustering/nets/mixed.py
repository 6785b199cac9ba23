"""Autoencoder of images in several views and of attributes, in one code."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from clustering.modalities import MixedShape
from clustering.nets.autoencoder import Autoencoder
from clustering.nets.conv import features, mirrored_trunk, trunk
from clustering.nets.mlp import mlp
from clustering.nets.precision import Precision
from clustering.params.nets import MixedNet

ATTRIBUTE_HIDDEN = 128
"""Width between the code and the decoded attributes."""


class MixedEncoder(nn.Module):
    """From rows (..., v, p + a) to a code of each view (..., v, d)."""

    def __init__(self, shape: MixedShape, net: MixedNet, width: int) -> None:
        super().__init__()
        self.shape = shape
        self.factor = shape.factor(net.attribute_weight)
        self.trunk = trunk(shape.image, net)
        self.head = mlp([features(shape.image, net) + shape.attributes, *net.hidden, width])

    def forward(self, x: Tensor) -> Tensor:
        images, attributes = self.shape.unpacked(x.flatten(0, -2))
        seen = torch.cat([self.trunk(images), attributes / self.factor], dim=1)
        z: Tensor = self.head(seen).view(*x.shape[:-1], -1)
        return z


class MixedDecoder(nn.Module):
    """From a code of each view (..., v, d) to rows (..., v, p + a)."""

    def __init__(self, shape: MixedShape, net: MixedNet, width: int) -> None:
        super().__init__()
        self.factor = shape.factor(net.attribute_weight)
        widths = [width, *net.hidden[::-1], features(shape.image, net)]
        self.entry = nn.Linear(widths[0], widths[1])
        self.views = nn.Parameter(torch.zeros(shape.views, widths[1])) if net.tell_view else None
        rest = [nn.ReLU(inplace=True), *mlp(widths[1:])] if net.hidden else []
        self.images = nn.Sequential(*rest, *mirrored_trunk(shape.image, net))
        self.attributes = mlp([width, ATTRIBUTE_HIDDEN, shape.attributes]) if shape.attributes else None

    def forward(self, z: Tensor) -> Tensor:
        entered: Tensor = self.entry(z)
        if self.views is not None:
            entered = entered + self.views
        pixels: Tensor = self.images(entered.flatten(0, -2)).reshape(*z.shape[:-1], -1)
        if self.attributes is None:
            return pixels
        return torch.cat([pixels, self.factor * self.attributes(z)], dim=-1)


class Mixed(Autoencoder):
    """One convolutional encoder over all views, with the attributes beside its features.

    The code of a sample is the mean over its views; each view is reconstructed from its own, and decoded from
    the sample's. Rows of a sample are its views with the attributes beside each, as `MixedShape` has them.

    Source:
        The mixed convolutional autoencoder (MCAE) of the thesis, A.4. Departs: residual stages of one block
        each instead of a ResNet's, and the decoder may be told the view.
    """

    encoder: MixedEncoder
    decoder: MixedDecoder

    def __init__(self, shape: MixedShape, net: MixedNet, width: int, precision: Precision) -> None:
        super().__init__(MixedEncoder(shape, net, width), MixedDecoder(shape, net, width), precision)
        self.n_views = shape.views

    @property
    def entries(self) -> Sequence[nn.Linear]:
        beside = self.decoder.attributes
        first = [layer for layer in beside or () if isinstance(layer, nn.Linear)][:1]
        return [self.decoder.entry, *first]

    def encode_views(self, x: Tensor) -> Tensor:
        """Codes (b, v, d) of each view of samples (b, v, p + a)."""
        return self.ranks.spread(self._encode, x)

    def encode(self, x: Tensor) -> Tensor:
        return self.encode_views(x).mean(dim=1)

    def decode_views(self, z: Tensor) -> Tensor:
        """Samples (b, v, p + a), each view from a code (b, v, d) of its own."""
        return self.ranks.spread(self._decode, z)

    def decode(self, z: Tensor) -> Tensor:
        return self.decode_views(z[:, None].expand(-1, self.n_views, -1))

    def forward(self, x: Tensor) -> Tensor:
        return self.decode_views(self.encode_views(x))
