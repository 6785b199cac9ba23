"""What a network makes of the views of samples, one by one."""

import torch
from torch import Tensor

from clustering.data import Data
from clustering.losses.reconstruction import reconstruction
from clustering.nets import Autoencoder
from clustering.nets.mixed import Mixed
from clustering.passes import embed_all
from clustering.run import Run


def codes_of(net: Autoencoder, x: Tensor) -> Tensor:
    """Codes (b, v, d) of each view of samples; of a net that knows no views, of the whole as the only one."""
    return net.encode_views(x) if isinstance(net, Mixed) else net.encode(x)[:, None]


def drawn_from(net: Autoencoder, codes: Tensor) -> Tensor:
    """Samples (b, *shape), each view from a code (b, v, d) of its own."""
    return net.decode_views(codes) if isinstance(net, Mixed) else net.decode(codes[:, 0])


class _Views:
    def __init__(self, net: Autoencoder) -> None:
        self.net = net.eval()

    def embed(self, x: Tensor) -> Tensor:
        return codes_of(self.net, x)


def all_codes(run: Run, net: Autoencoder, data: Data) -> Tensor:
    """Codes (n, v, d) of each view of all samples as they are; the net is left in evaluation mode."""
    return embed_all(run, _Views(net), data)


@torch.no_grad()
def error_of(run: Run, net: Autoencoder, data: Data, size: int) -> float:
    """Mean squared error of the reconstructions of samples as they are, over all of their values."""
    net.eval()
    total = 0.0
    for x in data.blocks(size):
        run.check()
        total += float(reconstruction(drawn_from(net, codes_of(net, x)), x, mean="element")) * len(x)
    return total / data.n
