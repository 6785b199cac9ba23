"""Where the spaces of an embedding start."""

from collections.abc import Sequence

import torch
from torch import Generator, Tensor
from torch.optim import Adam

from clustering.losses.spaces import (
    compression,
    departure,
    distances_in_spaces,
    nearest_in_each,
    space_weights,
)
from clustering.optim import Group
from clustering.params.spaces import SpacesParams
from clustering.partition.kmeans import kmeans, seed_centers
from clustering.partition.nrkmeans import nrkmeans, random_rotation
from clustering.partition.spaces import Spaces, follow, logits_of, space_of_center
from clustering.run import Run
from clustering.stages.centers import some

LIMIT = 10.0
"""Of the logits, beyond which their gradients vanish."""


def place_spaces(run: Run, z: Tensor, sizes: Sequence[int], params: SpacesParams) -> Spaces:
    """Rotation, shares and centers for embeddings (n, d), from a random part of them.

    random: several starts of a random rotation, each dimension in one space, centers by k-means++; rotation
    and shares descend compression and departure while the centers follow; the start of least loss is kept.
    nrkmeans: from the hard shares of non-redundant k-means, the best of as many starts.

    Source:
        Miklautz et al. 2020 (ENRC), section 3.3; Miklautz et al. 2021 (ACe/DeC), appendix, whose first
        centers come from k-means.
    """
    generator = torch.Generator().manual_seed(run.seed_for("place spaces"))
    z = z[some(len(z), params.init_samples, generator).to(z.device)]
    if params.init == "nrkmeans":
        return _by_nrkmeans(z, sizes, generator, params.init_starts)
    starts = [_start(z, sizes, generator, params) for _ in range(params.init_starts)]
    stacked = Spaces(*(torch.stack(parts) for parts in zip(*map(_fields, starts), strict=True)))
    found, losses = _descended(run, z, sizes, stacked, params=params)
    best = int(losses.argmin())
    return Spaces(found.rotation[best], found.logits[best], found.centers[best])


def _fields(spaces: Spaces) -> tuple[Tensor, Tensor, Tensor]:
    return spaces.rotation, spaces.logits, spaces.centers


def _by_nrkmeans(z: Tensor, sizes: Sequence[int], generator: Generator, n_init: int) -> Spaces:
    found = nrkmeans(z, sizes, generator, n_init=n_init)
    owner = torch.full((z.shape[1],), -1, device=z.device)
    order = torch.cat(found.dimensions)
    for s, own in enumerate(found.dimensions):
        owner[own] = s
    rotation = found.rotation[:, order]
    centers = torch.cat([centers @ rotation for centers in found.centers])
    return Spaces(rotation.to(z), logits_of(owner[order], len(sizes)).to(z), centers.to(z))


def _start(z: Tensor, sizes: Sequence[int], generator: Generator, params: SpacesParams) -> Spaces:
    d, spaces = z.shape[1], len(sizes)
    rotation = random_rotation(d, generator).to(z)
    owner = torch.arange(d) // max(1, d // spaces)
    owner = torch.where(owner < spaces, owner, -1)[torch.randperm(d, generator=generator)]
    logits = logits_of(owner, spaces).to(z)
    power = params.weight_power
    stretch = space_weights(logits) ** (power / 2)
    v = z @ rotation
    centers = []
    for own, k in zip(stretch, sizes, strict=True):
        if params.init_centers == "kmeans":
            labels = kmeans(v * own, k, generator=generator, n_init=1).labels
            centers += [v[labels == c].mean(dim=0) if (labels == c).any() else v[c] for c in range(k)]
        else:
            centers += list(seed_centers(v * own, k, generator) / own)
    return Spaces(rotation, logits, torch.stack(centers))


def _descended(
    run: Run, z: Tensor, sizes: Sequence[int], start: Spaces, *, params: SpacesParams
) -> tuple[Spaces, Tensor]:
    """The starts (R, ...) after descending together, and the loss (R,) of each over all of z."""
    rotation, logits = start.rotation.clone().requires_grad_(), start.logits.clone().requires_grad_()
    centers = start.centers
    counts = centers.new_full(centers.shape[:-1], min(params.batch_size, len(z)) / max(sizes))
    groups: list[Group] = [
        {"params": [rotation]},
        {"params": [logits], "lr": params.weight_lr_factor * params.lr},
    ]
    descent = Adam(groups, lr=params.lr)
    generator = torch.Generator().manual_seed(run.seed_for("descend spaces"))
    for _ in range(params.init_steps):
        run.check()
        batch = z[torch.randint(len(z), (params.batch_size,), generator=generator).to(z.device)]
        parts, orthogonal, v, assigned = _losses(batch, sizes, Spaces(rotation, logits, centers), params)
        descent.zero_grad()
        (parts + orthogonal).sum().backward()  # type: ignore[no-untyped-call]
        descent.step()
        with torch.no_grad():
            logits.clamp_(-LIMIT, LIMIT)
            centers, counts, _ = follow(centers, counts, v, assigned, memory=params.center_memory)
    with torch.no_grad():
        found = Spaces(rotation.detach(), logits.detach(), centers)
        parts, orthogonal, _, _ = _losses(z, sizes, found, params)
    return found, parts + orthogonal


def _losses(
    z: Tensor, sizes: Sequence[int], spaces: Spaces, params: SpacesParams
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Compression (R,) summed over spaces, departure (R,), rotated embeddings, assignments."""
    weights = space_weights(spaces.logits) ** params.weight_power
    v = z @ spaces.rotation
    of_center = weights.index_select(-2, space_of_center(sizes).to(z.device))
    assigned = nearest_in_each(distances_in_spaces(v.detach(), spaces.centers, of_center.detach()), sizes)
    parts = compression(v, spaces.centers, weights, assigned).sum(dim=-1)
    return parts, departure(z, spaces.rotation), v.detach(), assigned
