"""Train the network that a clustering starts from."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from clustering.augment import augmenter
from clustering.data import Batch, Data, View
from clustering.losses.reconstruction import reconstruction
from clustering.nets import Autoencoder
from clustering.params.deep import PretrainedParams
from clustering.run import Run
from clustering.train import adam, epochs


@dataclass(frozen=True)
class Recipe:
    """How an autoencoder is trained."""

    epochs: int
    lr: float
    batch_size: int
    max_norm: float | None
    """Largest L2 norm of the gradient."""
    view: View | None
    """Draws augmented samples, which are reconstructed beside the clean ones."""


def reconstruct(run: Run, net: Autoencoder, data: Data, recipe: Recipe) -> None:
    """Train an autoencoder on reconstruction alone, as the stage "pretrain".

    Source:
        Miklautz et al. 2025 (BRB), appendix E: Adam, no schedule, mean squared error over all values.
    """
    optimizer = adam([clipped(net, recipe.max_norm)], recipe.lr)
    for epoch in epochs(run, "pretrain", recipe.epochs, resumes=[optimizer]):
        for batch in epoch.batches(data, recipe.batch_size, recipe.view):
            x = stacked(batch, recipe.view)
            epoch.descend(reconstruction(net(x), x, mean="element"), optimizer)


def pretrain(run: Run, net: Autoencoder, data: Data, params: PretrainedParams) -> None:
    """Train the autoencoder that a clustering starts from; nothing is left to do with a trained model."""
    view = augmenter(params.augment) if params.pretrain_augment else None
    recipe = Recipe(params.pretrain_epochs, params.pretrain_lr, params.batch_size, params.clip_norm, view)
    reconstruct(run, net, data, recipe)


def clipped(module: nn.Module, max_norm: float | None) -> dict[str, Any]:
    """An optimizer's group: a module's parameters, their gradient clipped to this L2 norm."""
    return {"params": list(module.parameters()), "max_norm": max_norm}


def stacked(batch: Batch, view: View | None) -> Tensor:
    """(v * b, *shape): the clean samples of a batch, followed by a random view of them if there is one."""
    return batch.x if view is None else torch.cat([batch.x, batch.view()])
