"""Pretrain an autoencoder layer by layer."""

import torch
from torch import Generator, Tensor, nn

from clustering.data import Data
from clustering.losses.reconstruction import reconstruction
from clustering.nets import Autoencoder
from clustering.nets.precision import products
from clustering.optim import clipped, optimizer
from clustering.params.deep import PretrainedParams
from clustering.params.layerwise import LayerwiseParams
from clustering.run import Run
from clustering.train import epochs


def train_layers(
    run: Run, net: Autoencoder, data: Data, params: PretrainedParams, *, by: LayerwiseParams
) -> None:
    """Train the outermost layer of a feed-forward autoencoder, then the two outermost, up to all of them.

    Each is a stage, "layer 1" and so on, in which clean samples are reconstructed from corrupted ones.

    Source:
        Vincent et al. 2010, as Xie et al. 2016 (DEC) and Miklautz et al. 2021 (ACe/DeC) use it: the layers
        trained before go on training.
    """
    for depth, stage in enumerate(params.layer_stages, 1):
        part = outermost(net, depth, by.dropout)
        descent = optimizer([clipped(part, params.clip_norm)], params.pretrain_optimizer, by.lr)
        for epoch in epochs(run, stage, by.epochs, resumes=[descent]):
            for batch in epoch.batches(data, params.batch_size):
                x = corrupted(batch.x, by.corruption, epoch.generator)
                with products(net.precision, x):
                    decoded: Tensor = part(x)
                epoch.descend(reconstruction(decoded.float(), batch.x, mean="element"), descent)


def outermost(net: Autoencoder, depth: int, dropout: float) -> nn.Sequential:
    """The first layers of an encoder and as many last ones of its decoder, with dropout behind activations.

    Args:
        net: feed-forward; it shares its weights.
        depth: how many linear layers of each.
        dropout: share of hidden activations to drop.
    """
    within: list[nn.Module] = []
    for layer in [*_until(net.encoder, depth), *_until(net.decoder, depth, last=True)]:
        within.append(layer)
        if isinstance(layer, nn.ReLU | nn.LeakyReLU):
            within.append(nn.Dropout(dropout))
    return nn.Sequential(*within)


def _until(layers: nn.Module, depth: int, *, last: bool = False) -> list[nn.Module]:
    """The first linear layers, or the last ones, each with what follows it."""
    found = list(layers.children())
    linear = [place for place, layer in enumerate(found) if isinstance(layer, nn.Linear)]
    if last:
        return found[linear[-depth] :]
    return found[: linear[depth]] if depth < len(linear) else found


def corrupted(x: Tensor, share: float, generator: Generator) -> Tensor:
    """Samples with a share of their values, drawn at random, set to 0."""
    return x * (torch.rand(x.shape, generator=generator, device=x.device) >= share)
