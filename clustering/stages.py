"""Steps that several methods share: train an autoencoder, place first centers."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from clustering.augment import augmenter
from clustering.data import Batch, Data, View
from clustering.losses.reconstruction import reconstruction
from clustering.nets import Autoencoder
from clustering.params.deep import DeepParams, PretrainedParams
from clustering.partition.kmeans import kmeans
from clustering.run import Run
from clustering.train import adam, epochs

LOST_CENTER_NOISE = 1e-6
"""Of the embeddings' spread."""


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


def first_centers(run: Run, z: Tensor, params: DeepParams) -> Tensor:
    """Centers (k, d) by k-means on a random part of the embeddings (n, d).

    A center without samples, which fewer than k distinct embeddings leave behind, moves to a random
    sample and a little off it, so that training can tell it from the others.

    Source:
        Xie et al. 2016, section 3.3.1; the part, the starts and the little noise: Miklautz et al. 2025
        (BRB), where the noise has the same size whatever the embeddings' spread.
    """
    generator = torch.Generator().manual_seed(run.seed_for("first centers"))
    part = torch.randperm(len(z), generator=generator)[: max(params.kmeans_samples, params.n_clusters)]
    seen = z[part.sort().values.to(z.device)]
    found = kmeans(seen, params.n_clusters, generator=generator, n_init=params.n_init)
    lost = torch.bincount(found.labels, minlength=params.n_clusters) == 0
    drawn = torch.randint(len(seen), (params.n_clusters,), generator=generator).to(z.device)
    noise = _little(seen) * torch.randn(found.centers.shape, generator=generator).to(z)
    return torch.where(lost[:, None], seen[drawn] + noise, found.centers)


def _little(z: Tensor) -> Tensor:
    """A distance that is tiny against the spread of z (n, d), and still above its rounding."""
    spread = (z - z.mean(dim=0)).square().mean().sqrt()
    rounding = 16 * torch.finfo(z.dtype).eps * z.abs().max()
    little = torch.maximum(LOST_CENTER_NOISE * spread, rounding)
    return torch.where(little > 0, little, LOST_CENTER_NOISE)
