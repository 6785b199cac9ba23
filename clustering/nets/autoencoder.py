"""Autoencoders: a mirrored decoder, a linear embedding, a linear output."""

from collections.abc import Sequence

from torch import Tensor, nn

from clustering.nets.conv import Block
from clustering.nets.net import Net
from clustering.nets.precision import Precision, products


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

    @property
    def entries(self) -> Sequence[nn.Linear]:
        """The decoder's linear layers that take the code."""
        return [next(layer for layer in self.decoder.modules() if isinstance(layer, nn.Linear))]

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
