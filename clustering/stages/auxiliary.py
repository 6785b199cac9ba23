"""The pretext task that goes on beside a clustering."""

from torch import Tensor

from clustering.losses.contrastive import nt_xent
from clustering.losses.reconstruction import reconstruction
from clustering.nets import Autoencoder, Contrastive
from clustering.params.deep import AuxiliaryParams


def auxiliary(net: Autoencoder | Contrastive, z: Tensor, x: Tensor, params: AuxiliaryParams) -> Tensor:
    """The loss on which the network was pretrained: reconstruction, or agreement of two views.

    Args:
        net: the network that embedded.
        z: (v * b, d) embeddings of v stacked views; v = 2 for a contrastive net.
        x: (v * b, *shape) the samples.
        params: give the mean of the reconstruction, or the temperature.

    Returns:
        Scalar.
    """
    if isinstance(net, Contrastive):
        return nt_xent(net.project(z), params.temperature)
    return reconstruction(net.decode(z), x, mean=params.reconstruction_mean)
