"""The network that params ask for."""

from math import prod

from torch import nn

from clustering.errors import InvalidData
from clustering.modalities import MixedShape
from clustering.nets.autoencoder import Autoencoder
from clustering.nets.contrastive import Contrastive, contrastive
from clustering.nets.conv import conv_decoder, conv_encoder
from clustering.nets.mixed import Mixed
from clustering.nets.mlp import mlp
from clustering.params.base import NetParams
from clustering.params.nets import AutoencoderNet


def network(shape: tuple[int, ...], params: NetParams) -> Autoencoder | Contrastive:
    """The network that the params ask for, for samples of this shape."""
    net = params.net
    if net.type == "resnet":
        return contrastive(shape, net, params)
    return autoencoder(shape, net, params)


def autoencoder(shape: tuple[int, ...], net: AutoencoderNet, params: NetParams) -> Autoencoder:
    """An autoencoder of this architecture, for samples of this shape.

    Raises:
        InvalidData: a mixed one for samples without views and attributes.
    """
    width, precision = params.embedding_dim, params.precision
    if net.type == "mixed":
        if not isinstance(shape, MixedShape):
            raise InvalidData(f"A mixed net needs views or attributes; samples have shape {shape}.")
        return Mixed(shape, net, width, precision)
    if net.type == "conv":
        return Autoencoder(conv_encoder(shape, net, width), conv_decoder(shape, net, width), precision)
    widths = [prod(shape), *net.hidden, width]
    return Autoencoder(
        nn.Sequential(nn.Flatten(), *mlp(widths, net.activation)),
        nn.Sequential(*mlp(widths[::-1], net.activation), nn.Unflatten(1, shape)),
        precision,
    )
