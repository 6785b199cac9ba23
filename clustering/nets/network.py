"""The network that params ask for."""

from clustering.nets.autoencoder import Autoencoder, autoencoder
from clustering.params.base import NetParams


def network(shape: tuple[int, ...], params: NetParams) -> Autoencoder:
    """The network that the params ask for, for samples of this shape."""
    return autoencoder(shape, params)
