"""Train the network that a clustering starts from."""

from dataclasses import dataclass
from typing import Self

import torch
from torch import Tensor

from clustering.augment import augmenter
from clustering.data import Batch, Data, View
from clustering.losses.contrastive import nt_xent
from clustering.losses.reconstruction import reconstruction
from clustering.nets import Autoencoder, Contrastive
from clustering.optim import clipped, optimizer, scheduler
from clustering.params.autoencoder import AutoencoderParams
from clustering.params.deep import PretrainedParams
from clustering.params.simclr import SimCLRParams
from clustering.params.training import AnyOptimizer, Schedule
from clustering.run import Run
from clustering.stages.layerwise import train_layers
from clustering.train import epochs


@dataclass(frozen=True)
class Recipe:
    """How a network is trained."""

    epochs: int
    lr: float
    batch_size: int
    max_norm: float | None
    """Largest L2 norm of the gradient."""
    view: View | None
    """Draws augmented samples: reconstructed beside the clean ones, or contrasted with each other."""
    optimizer: AnyOptimizer
    schedule: Schedule
    clean: bool = True
    """Whether samples are also reconstructed as they are where there is a view."""

    @classmethod
    def of(cls, p: AutoencoderParams | SimCLRParams) -> Self:
        """What the params of a job that only pretrains ask for."""
        return cls(p.epochs, p.lr, p.batch_size, p.clip_norm, augmenter(p.augment), p.optimizer, p.schedule)


def reconstruct(run: Run, net: Autoencoder, data: Data, recipe: Recipe, *, stage: str = "pretrain") -> None:
    """Train an autoencoder on reconstruction alone, as a stage of the fit.

    Source:
        Miklautz et al. 2025 (BRB), appendix E: mean squared error over all values.
    """
    descent = optimizer([clipped(net, recipe.max_norm)], recipe.optimizer, recipe.lr)
    schedule = scheduler(descent, recipe.schedule, recipe.epochs)
    for epoch in epochs(run, stage, recipe.epochs, resumes=[descent, schedule]):
        for batch in epoch.batches(data, recipe.batch_size, recipe.view):
            x = stacked(batch, recipe.view) if recipe.clean else batch.view()
            epoch.descend(reconstruction(net(x), x, mean="element"), descent)
        schedule.step()


def contrast(run: Run, net: Contrastive, data: Data, recipe: Recipe, *, temperature: float) -> None:
    """Train a contrastive net on the agreement of two views alone, as the stage "pretrain".

    Source:
        Chen et al. 2020 (SimCLR), algorithm 1; no weight decay of the projector, as in the code of
        Miklautz et al. 2025 (BRB).
    """
    groups = [
        clipped(net.encoder, recipe.max_norm) | {"clip": "net"},
        clipped(net.projector, recipe.max_norm) | {"clip": "net", "weight_decay": 0.0},
    ]
    descent = optimizer(groups, recipe.optimizer, recipe.lr)
    schedule = scheduler(descent, recipe.schedule, recipe.epochs)
    for epoch in epochs(run, "pretrain", recipe.epochs, resumes=[descent, schedule]):
        for batch in epoch.batches(data, recipe.batch_size, recipe.view):
            epoch.descend(nt_xent(net(stacked(batch, recipe.view, both=True)), temperature), descent)
        schedule.step()


def pretrain(run: Run, net: Autoencoder | Contrastive, data: Data, params: PretrainedParams) -> None:
    """Train the network that a clustering starts from; nothing is left to do with a trained model.

    An autoencoder reconstructs, layer by layer first where `layerwise` asks for it; a contrastive net tells
    views apart, whatever `pretrain_augment` says.
    """
    seen = isinstance(net, Contrastive) or params.pretrain_augment
    recipe = Recipe(
        params.pretrain_epochs,
        params.pretrain_lr,
        params.batch_size,
        params.clip_norm,
        augmenter(params.augment) if seen else None,
        params.pretrain_optimizer,
        params.pretrain_schedule,
    )
    if isinstance(net, Contrastive):
        contrast(run, net, data, recipe, temperature=params.temperature)
        return
    if params.layerwise is not None:
        train_layers(run, net, data, params, by=params.layerwise)
    reconstruct(run, net, data, recipe)


def stacked(batch: Batch, view: View | None, *, both: bool = False) -> Tensor:
    """A batch as a network sees it in one pass, so that batch norm knows all of it.

    Args:
        batch: b samples.
        view: what `batch.view()` draws, if anything.
        both: whether two independent views are stacked, as a contrastive loss needs them, instead of the
            clean samples and one view.

    Returns:
        (2b, *shape), the clean samples or the first view first; (b, *shape) where there are no views.
    """
    if view is None:
        return batch.x
    return torch.cat([batch.view() if both else batch.x, batch.view()])
