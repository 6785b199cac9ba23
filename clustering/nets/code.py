"""The code of an autoencoder is determined only up to an invertible linear map; this chooses one."""

import torch
from torch import Tensor, nn

from clustering.nets.autoencoder import Autoencoder

LEAST = 1e-6
"""Of the largest variance: a direction with less keeps its scale, for it holds little but rounding."""
ROUNDING = 1e-10
"""Of the mean square, likewise."""


def center(net: Autoencoder, z: Tensor) -> None:
    """Move the mean of embeddings (n, d) to zero; what is reconstructed stays the same.

    z' = z - m is written into the linear layer that ends the encoder, its inverse into the ones that begin
    the decoder.
    """
    mean = z.double().mean(dim=0)
    with torch.no_grad():
        for first in net.entries:
            first.bias.add_((first.weight.double() @ mean).to(first.bias))
        last = _last(net)
        last.bias.copy_(last.bias.double() - mean)


def whiten(net: Autoencoder, z: Tensor) -> None:
    """Center the code and give it unit variance in every direction; what is reconstructed stays the same.

    z' = C^(-1/2) (z - m) is written into the linear layer that ends the encoder, its inverse into the
    ones that begin the decoder.

    Args:
        net: an autoencoder.
        z: (n, d) its embeddings, of which m is the mean and C the covariance.
    """
    last, z = _last(net), z.double()
    mean = z.mean(dim=0)
    values, axes = torch.linalg.eigh((z - mean).T @ (z - mean) / len(z))
    nothing = values <= torch.maximum(LEAST * values[-1], ROUNDING * z.square().mean())
    deviations = torch.where(nothing, 1.0, values.clamp_min(0).sqrt())
    there, back = (axes / deviations) @ axes.T, (axes * deviations) @ axes.T
    with torch.no_grad():
        for first in net.entries:
            first.bias.add_((first.weight.double() @ mean).to(first.bias))
            first.weight.copy_(first.weight.double() @ back)
        last.bias.copy_(there @ (last.bias.double() - mean))
        last.weight.copy_(there @ last.weight.double())


def _last(net: Autoencoder) -> nn.Linear:
    return [layer for layer in net.encoder.modules() if isinstance(layer, nn.Linear)][-1]
