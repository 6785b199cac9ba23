"""Pull a network's weights part of the way back to where a fresh one starts."""

import math
from collections.abc import Iterator

import torch
from torch import Generator, Tensor, nn

from clustering.nets.net import Net
from clustering.params.brb import BRBParams

NORMS = (nn.BatchNorm1d, nn.BatchNorm2d)


def reset(net: Net, params: BRBParams, generator: Generator) -> None:
    """Mix fresh weights φ into those of the layers that a reset reaches, in place: θ ← α θ + (1 - α) φ.

    Frozen parameters, running statistics and the decoder stay as they are.

    Args:
        net: the network.
        params: which layers, by how much, and what takes the place of this rule in an ablation.
        generator: draws φ, on the weights' device.

    Source:
        Miklautz et al. 2025 (BRB), eq. 1 and appendix H.13. Without contraction, θ ← θ + (1 - α) φ. With
        Gaussian noise, φ has the mean and the standard deviation of the values in θ; the paper leaves open
        whether θ is then still contracted, here it is, so that each ablation changes one thing.
    """
    with torch.no_grad():
        for layer, share in shares(net, params):
            kept = 1.0 if params.perturbation == "no_contraction" else share
            for name, weight in layer.named_parameters(recurse=False):
                if weight.requires_grad:
                    phi = _fresh(layer, name, params, generator)
                    weight.mul_(kept).add_(phi, alpha=1 - share)


def shares(net: Net, params: BRBParams) -> Iterator[tuple[nn.Module, float]]:
    """The layers that a reset reaches, each with the share α < 1 of its weights that it keeps.

    The block of index i, counted from the deepest, keeps min(1, α + (i + 1) · block_step), linear layers
    keep α; a convolutional stem keeps all.
    """
    norms = NORMS if params.reset_batchnorm else ()
    for i, block in enumerate(net.blocks):
        share = min(1.0, params.alpha + (i + 1) * params.block_step)
        yield from ((layer, share) for layer in _of(block, (nn.Conv2d, *norms)) if share < 1)
    if params.alpha == 1:
        return
    *dense, embedding = _of(net.encoder, (nn.Linear, *norms[:1]))
    yield from ((layer, params.alpha) for layer in dense)
    if params.reset_embedding:
        yield embedding, params.alpha
    projector = dict(net.named_children()).get("projector")
    if params.reset_projector and projector is not None:
        yield from ((layer, params.alpha) for layer in _of(projector, (nn.Linear, *norms[:1])))


def _of(module: nn.Module, kinds: tuple[type[nn.Module], ...]) -> list[nn.Module]:
    """The layers of these kinds, in order."""
    return [layer for layer in module.modules() if isinstance(layer, kinds)]


def _fresh(layer: nn.Module, name: str, params: BRBParams, generator: Generator) -> Tensor:
    """What a parameter of a layer could be in a fresh network."""
    weight = layer.get_parameter(name)
    if params.perturbation == "gaussian":
        deviation, mean = torch.std_mean(weight, correction=0)
        return mean + deviation * torch.empty_like(weight).normal_(generator=generator)
    if isinstance(layer, NORMS):
        return torch.full_like(weight, float(name == "weight"))
    kaiming = name == "weight" and params.initialization == "kaiming"
    inputs = layer.get_parameter("weight")[0].numel()
    bound = math.sqrt((6 if kaiming else 1) / inputs)
    return torch.empty_like(weight).uniform_(-bound, bound, generator=generator)
