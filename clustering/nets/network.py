"""The network that params ask for."""

from clustering.nets.autoencoder import Autoencoder, autoencoder
from clustering.nets.contrastive import Contrastive, contrastive
from clustering.params.base import NetParams


def network(shape: tuple[int, ...], params: NetParams) -> Autoencoder | Contrastive:
    """The network that the params ask for, for samples of this shape."""
    net = params.net
    if net.type == "resnet":
        return contrastive(shape, net, params)
    return autoencoder(shape, net, params)
