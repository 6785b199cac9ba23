"""Autoencoders: a mirrored decoder, a linear embedding, a linear output."""

from math import prod

from torch import Tensor, nn

from clustering.nets.conv import conv_decoder, conv_encoder
from clustering.nets.mlp import mlp
from clustering.nets.precision import Precision, products
from clustering.params.base import NetParams


class Autoencoder(nn.Module):
    """An encoder and a decoder; products take the params' precision, inputs and outputs are float32.

    Args:
        encoder: from samples (b, *shape) to (b, d).
        decoder: from (b, d) to samples (b, *shape).
        precision: of the products inside.
    """

    def __init__(self, encoder: nn.Module, decoder: nn.Module, precision: Precision = "float32") -> None:
        super().__init__()
        self.encoder = encoder
        self.decoder = decoder
        self.precision = precision

    def encode(self, x: Tensor) -> Tensor:
        """Embeddings (b, d) of samples (b, *shape)."""
        with products(self.precision, x):
            z: Tensor = self.encoder(x)
        return z.float()

    def decode(self, z: Tensor) -> Tensor:
        """Samples (b, *shape) from embeddings (b, d)."""
        with products(self.precision, z):
            x: Tensor = self.decoder(z)
        return x.float()

    def forward(self, x: Tensor) -> Tensor:
        """Reconstructions (b, *shape)."""
        return self.decode(self.encode(x))


def autoencoder(shape: tuple[int, ...], params: NetParams) -> Autoencoder:
    """The autoencoder that the params ask for, for samples of this shape."""
    net, width = params.net, params.embedding_dim
    if net.type == "conv":
        return Autoencoder(
            conv_encoder(shape, net.channels, width, net.negative_slope),
            conv_decoder(shape, net.channels, width, net.negative_slope),
            params.precision,
        )
    widths = [prod(shape), *net.hidden, width]
    return Autoencoder(
        nn.Sequential(nn.Flatten(), *mlp(widths, net.activation)),
        nn.Sequential(*mlp(widths[::-1], net.activation), nn.Unflatten(1, shape)),
        params.precision,
    )
