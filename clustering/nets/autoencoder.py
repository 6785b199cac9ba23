"""Autoencoders: a mirrored decoder, a linear embedding, a linear output."""

from collections.abc import Sequence
from math import prod

from torch import Tensor, nn

from clustering.nets.conv import Block, conv_decoder, conv_encoder
from clustering.nets.mlp import mlp
from clustering.nets.net import Net
from clustering.nets.precision import Precision, products
from clustering.params.base import NetParams
from clustering.params.nets import AutoencoderNet


class Autoencoder(Net):
    """An encoder and a decoder.

    Args:
        encoder: from samples (b, *shape) to (b, d).
        decoder: from (b, d) to samples (b, *shape).
        precision: of the products inside.
    """

    kept = ("encoder", "decoder")

    def __init__(self, encoder: nn.Module, decoder: nn.Module, precision: Precision = "float32") -> None:
        super().__init__(encoder, precision)
        self.decoder = decoder

    @property
    def blocks(self) -> Sequence[nn.Module]:
        return [block for block in self.encoder.modules() if isinstance(block, Block)][::-1]

    def decode(self, z: Tensor) -> Tensor:
        """Samples (b, *shape) from embeddings (b, d)."""
        return self.ranks.spread(self._decode, z)

    def _decode(self, z: Tensor) -> Tensor:
        with products(self.precision, z):
            x: Tensor = self.decoder(z)
        return x.float()

    def forward(self, x: Tensor) -> Tensor:
        """Reconstructions (b, *shape)."""
        return self.decode(self.encode(x))


def autoencoder(shape: tuple[int, ...], net: AutoencoderNet, params: NetParams) -> Autoencoder:
    """An autoencoder of this architecture, for samples of this shape."""
    width = params.embedding_dim
    if net.type == "conv":
        return Autoencoder(
            conv_encoder(shape, net, width),
            conv_decoder(shape, net, width),
            params.precision,
        )
    widths = [prod(shape), *net.hidden, width]
    return Autoencoder(
        nn.Sequential(nn.Flatten(), *mlp(widths, net.activation)),
        nn.Sequential(*mlp(widths[::-1], net.activation), nn.Unflatten(1, shape)),
        params.precision,
    )
