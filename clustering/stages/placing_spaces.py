"""Where the spaces of an embedding start."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Generator, Tensor

from clustering.eager import Adam
from clustering.losses.spaces import (
    compression_by_cluster,
    departure,
    nearest_in_each,
    rotated_compression,
    scores_in_spaces,
    space_weights,
)
from clustering.optim import Group
from clustering.params.spaces import STEPS_AT_ONCE, SpacesParams
from clustering.partition.kmeans import kmeans, seed_centers
from clustering.partition.nonredundant import NonRedundant, Options
from clustering.partition.nrkmeans import nrkmeans
from clustering.partition.rotation import random_rotation
from clustering.partition.spaces import Spaces, follow, logits_of, memberships, space_of_center
from clustering.run import Run
from clustering.stages.centers import some
from clustering.train import Epoch

LIMIT = 10.0
"""Of the logits, beyond which their gradients vanish."""
BLOCK_ROWS = 4096


def place_spaces(run: Run, z: Tensor, sizes: Sequence[int], params: SpacesParams) -> Spaces:
    """Rotation, shares and centers for embeddings (n, d) without a descent, from a random part of them.

    nrkmeans: from the hard shares of non-redundant k-means, the best of as many starts; random: the best of
    the random starts as they are.
    """
    z, generator = sampled(run, z, params)
    if params.init == "nrkmeans":
        options = Options(check=lambda _: run.check())
        return of_subspaces(nrkmeans(z, sizes, generator, n_init=params.init_starts, options=options), z)
    return Starts(run, z, sizes, params).best()


class Starts:
    """Random starts that descend side by side while the network is frozen: the stage "initialize".

    A random rotation, each dimension in one space, centers by k-means or its seeding. Rotation and shares
    descend compression and departure while the centers follow.

    Args:
        run: the surroundings.
        z: (n, d) embeddings, of which a random part is seen.
        sizes: clusters of each space.
        params: of the method.

    Source:
        Miklautz et al. 2020 (ENRC), section 2.6; Miklautz et al. 2021 (ACe/DeC), appendix, whose first
        centers come from k-means.
    """

    def __init__(self, run: Run, z: Tensor, sizes: Sequence[int], params: SpacesParams) -> None:
        self.z, generator = sampled(run, z, params)
        self.sizes, self.params = sizes, params
        drawn = [_start(self.z, sizes, generator, params) for _ in range(params.init_starts)]
        self.rotation = torch.stack([one.rotation for one in drawn]).requires_grad_()
        self.logits = torch.stack([one.logits for one in drawn]).requires_grad_()
        self.centers = torch.stack([one.centers for one in drawn])
        size = min(params.batch_size, len(self.z)) / max(sizes)
        self.counts = self.centers.new_full(self.centers.shape[:-1], size)
        groups: list[Group] = [
            {"params": [self.rotation]},
            {"params": [self.logits], "lr": params.weight_lr_factor * params.lr},
        ]
        self.descent = Adam(groups, lr=params.lr)

    def descend(self, epoch: Epoch) -> None:
        """Take the steps of one epoch of the stage."""
        behind = (epoch.number - 1) * STEPS_AT_ONCE
        size = (min(self.params.batch_size, len(self.z)),)
        for _ in range(min(STEPS_AT_ONCE, self.params.init_steps - behind)):
            index = torch.randint(len(self.z), size, generator=epoch.generator, device=self.z.device)
            losses, v, assigned = self.losses(self.z[index])
            epoch.descend(losses.sum(), self.descent)
            with torch.no_grad():
                self.logits.clamp_(-LIMIT, LIMIT)
                memory = self.params.center_memory
                self.centers, self.counts, _ = follow(self.centers, self.counts, v, assigned, memory=memory)
        epoch.record(least=losses.detach().min())

    def losses(self, z: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """(R,) loss of each start, (R, b, d) rotated embeddings of (b, d), (R, S, b) their centers."""
        weights = space_weights(self.logits) ** self.params.weight_power
        of_center = weights.index_select(-2, space_of_center(self.sizes).to(z.device))
        with torch.no_grad():
            v = z @ self.rotation
            assigned = nearest_in_each(scores_in_spaces(v, self.centers, of_center), self.sizes)
        if self.params.clusters_weigh_alike:
            each = compression_by_cluster(z @ self.rotation, self.centers, weights, assigned)
            parts = each.sum(dim=-1)
        else:
            members = memberships(assigned, self.centers.shape[-2])
            parts = rotated_compression(z, self.rotation, self.centers, of_center, members=members)
        if self.params.averages_spaces:
            parts = parts / len(self.sizes)
        return parts + departure(z, self.rotation), v, assigned

    def best(self) -> Spaces:
        """The start of least loss over all samples seen."""
        with torch.no_grad():
            blocks = torch.split(self.z, BLOCK_ROWS)
            losses = torch.stack([self.losses(block)[0] * len(block) for block in blocks]).sum(dim=0)
            best = int(losses.argmin())
            return Spaces(self.rotation[best].clone(), self.logits[best].clone(), self.centers[best])

    def state_dict(self) -> dict[str, Any]:
        """What a resumed run goes on from."""
        held = {name: getattr(self, name) for name in ("rotation", "logits", "centers", "counts")}
        return held | {"descent": self.descent.state_dict()}

    def load_state_dict(self, state_dict: dict[str, Any], /) -> None:
        """Go on from a state."""
        with torch.no_grad():
            for name in ("rotation", "logits", "centers", "counts"):
                getattr(self, name).copy_(state_dict[name])
        self.descent.load_state_dict(state_dict["descent"])


def sampled(run: Run, z: Tensor, params: SpacesParams) -> tuple[Tensor, Generator]:
    """The random part of the embeddings that an initialization sees, and what it goes on drawing from."""
    generator = torch.Generator().manual_seed(run.seed_for("place spaces"))
    return z[some(len(z), params.init_samples, generator).to(z.device)], generator


def of_subspaces(found: NonRedundant, like: Tensor) -> Spaces:
    """Soft spaces that start from hard ones: their dimensions behind one another, nine tenths their own."""
    order = torch.cat(found.dimensions)
    owner = torch.cat([torch.full_like(own, s) for s, own in enumerate(found.dimensions)])
    rotation = found.rotation[:, order]
    centers = torch.cat([centers @ rotation for centers in found.centers])
    return Spaces(rotation.to(like), logits_of(owner, len(found.dimensions)).to(like), centers.to(like))


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
