"""Train a network together with the subspaces of its embedding until the views of a sample agree."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from clustering.augment import augmenter
from clustering.data import Data
from clustering.losses.reconstruction import reconstruction
from clustering.losses.spaces import (
    compression,
    nearest_in_each,
    scores_in_spaces,
    space_weights,
    variances,
)
from clustering.nets import Autoencoder
from clustering.nets.code import center
from clustering.optim import clipped, optimizer
from clustering.params.beads import BeadsParams
from clustering.partition.nonredundant import NonRedundant, Start
from clustering.partition.nrkmeans import described
from clustering.partition.spaces import Spaces, follow, space_of_center, spans
from clustering.run import Run
from clustering.stages.placing_spaces import LIMIT
from clustering.stages.pretraining import stacked
from clustering.stages.reviving import take_farthest
from clustering.stages.viewing import all_codes, codes_of, drawn_from
from clustering.train import Epoch

HELD = ("centers", "counts", "lost", "steps", "found", "outside", "unit")
HOLD = 2.0
"""Slope of what a shrinking space costs. That of its compression, in units of its variance, is at most this,
so that no space gains by shrinking."""
LEAST = 1e-6
"""Added to shares of a variance, whose root would be too steep at 0."""


class Placed(NamedTuple):
    """Where subspaces start."""

    spaces: Spaces
    """Their rotation, shares and centers."""
    sizes: Sequence[int]
    """Clusters of each."""
    labels: Tensor
    """(S, n) clusters of all samples in each, -1 for outliers."""


class Agreement:
    """Soft shares of a rotated embedding, and centers that all views of a sample are drawn to.

    L = Σ_s 1/b Σ_i Σ_t ‖Vᵀ z_it - m_s(i)‖²_β_s + λ L_rec, over views t and those samples i that are no
    outliers of space s. A sample has the centers nearest to the mean of its views, or for good those that it
    starts with; these follow those means.

    In units of the start, the part of each space is divided by Σ_t T_s, where T_s is the variance of its
    codes before the first step, and clusterings of more than one cluster add 2 max(0, 1 - √(T'_s / T_s)),
    with T'_s that of the batch.

    Args:
        net: an autoencoder.
        start: of the subspaces.
        codes: (n, v, d) of all samples at the start, not rotated.
        params: of the method.

    Source:
        The thesis, A.4, eq. 2, on ENRC (Miklautz et al. 2020). Departs: centers live in the rotated space.
        The unit of the start is ours, as the paper's loss also falls when all codes shrink to one point; its
        hinge is that of Bardes, Ponce, LeCun 2022 (VICReg), of a whole space instead of each dimension.
    """

    def __init__(self, net: Autoencoder, start: Placed, codes: Tensor, params: BeadsParams) -> None:
        spaces = start.spaces
        self.net, self.sizes, self.params = net, tuple(start.sizes), params
        self.view = augmenter(params.augment)
        self.rotation = nn.Parameter(spaces.rotation.clone())
        self.logits = nn.Parameter(spaces.logits.clone())
        firsts = torch.tensor([span.start for span in spans(self.sizes)], device=start.labels.device)
        self.centers, self.outside = spaces.centers.clone(), start.labels < 0
        self.found = start.labels.clamp_min(0) + firsts[:, None]
        self.counts = self.centers.new_full((len(self.centers),), params.batch_size / max(self.sizes))
        self.lost = torch.zeros(len(self.centers), dtype=torch.int64, device=self.centers.device)
        self.steps = self.lost.new_zeros(())
        self.space_of = space_of_center(self.sizes).to(self.centers.device)
        self.clusters = torch.tensor(self.sizes, device=self.centers.device) > 1
        self.unit = self._variances(codes @ spaces.rotation, ~self.outside).detach()

    @property
    def weights(self) -> Tensor:
        """(S, d) β to the power that distances take."""
        return space_weights(self.logits) ** self.params.weight_power

    def losses(self, x: Tensor, index: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """What samples at these positions (b,) cost.

        Args:
            x: (m b, *shape), m looks at the samples one behind the other; the first says where they belong.
            index: (b,) positions of the samples.

        Returns:
            (S,) cost of each space, the reconstruction's error, and (b, d) means of the rotated codes of the
            first look with (S, b) their centers, -1 for outliers, both without gradients.
        """
        b = len(index)
        codes = codes_of(self.net, x) @ self.rotation
        mean = codes[:b].detach().mean(dim=1)
        holds = self.params.assign_by == "search"
        assigned = self.found[:, index] if holds else self.assigned(mean)
        inside = ~self.outside[:, index]
        looks = len(x) // b
        parts = self._pulled(codes, assigned.repeat(1, looks), inside.repeat(1, looks))
        rebuilt = drawn_from(self.net, codes @ self.rotation.T)
        error = reconstruction(rebuilt, x, mean=self.params.reconstruction_mean)
        return parts, error, mean, torch.where(inside, assigned, -1)

    def _pulled(self, codes: Tensor, assigned: Tensor, inside: Tensor) -> Tensor:
        """(S,) what rotated codes (b, v, d) cost with centers (S, b), where they are inside (S, b)."""
        weights = self.weights
        parts = torch.stack(
            [compression(v, self.centers, weights, assigned, inside=inside) for v in codes.unbind(dim=1)]
        ).sum(dim=0)
        if self.params.compression_unit == "distance":
            return parts
        unit = torch.where(self.unit > 0, self.unit, 1)
        share = self._variances(codes, inside) / unit
        shrunk = HOLD * torch.relu(1 - (share + LEAST).sqrt())
        return parts / (codes.shape[1] * unit) + self.clusters * shrunk

    def _variances(self, codes: Tensor, inside: Tensor) -> Tensor:
        """(S,) variance of rotated codes (b, v, d) in each space, of those inside (S, b)."""
        views = codes.shape[1]
        return variances(codes.flatten(0, 1), self.weights, inside=inside.repeat_interleave(views, dim=1))

    def descent(self) -> Optimizer:
        """Who trains network, rotation and shares; the shares at a rate of their own."""
        p = self.params
        groups = [
            clipped(self.net, p.clip_norm),
            {"params": [self.rotation], "weight_decay": 0.0},
            {"params": [self.logits], "lr": p.weight_lr_factor * p.lr, "weight_decay": 0.0},
        ]
        return optimizer(groups, p.optimizer, p.lr)

    def learn(self, epoch: Epoch, data: Data, descent: Optimizer, weights: Tensor | None) -> None:
        """One pass over random views of the samples, drawn by weights (n,) where there are any.

        Where views do not say where samples belong, these are seen beside them. Batch norms keep the
        statistics of the pretraining, and nothing is dropped out.
        """
        p = self.params
        self.net.eval()
        for batch in epoch.batches(data, p.batch_size, self.view, weights=weights):
            x = batch.view() if p.assign_by == "views" else stacked(batch, self.view)
            parts, rebuilt, v, assigned = self.losses(x, batch.index)
            epoch.record(compression=parts.sum(), reconstruction=rebuilt)
            epoch.descend(parts.sum() + p.auxiliary_weight * rebuilt, descent)
            self._follow(epoch, data, v, assigned)

    @torch.no_grad()
    def assigned(self, v: Tensor) -> Tensor:
        """(S, b) positions of the nearest centers of rotated codes (b, d)."""
        of_center = self.weights[self.space_of]
        return nearest_in_each(scores_in_spaces(v, self.centers, of_center), self.sizes)

    @torch.no_grad()
    def _follow(self, epoch: Epoch, data: Data, v: Tensor, assigned: Tensor) -> None:
        """Move the centers after a step, and those that are long without samples to a new place.

        Clusters that samples have for good are never without any.
        """
        self.logits.clamp_(-LIMIT, LIMIT)
        memory = self.params.center_memory
        self.centers, self.counts, met = follow(self.centers, self.counts, v, assigned, memory=memory)
        self.lost += met == 0
        self.steps += 1
        due = self.lost.square() > self.steps
        if self.params.assign_by != "search" and bool(due.any()):
            self._revive(epoch, data, due.nonzero().flatten().tolist())
            self.lost[due] = 0

    def _revive(self, epoch: Epoch, data: Data, due: Sequence[int]) -> None:
        count = min(self.params.revival_samples, data.n)
        index = torch.randperm(data.n, generator=epoch.generator, device=data.device)[:count]
        v = all_codes(epoch.run, self.net, data.part(index)).mean(dim=1) @ self.rotation
        for place in due:
            s = int(self.space_of[place])
            span, inside = spans(self.sizes)[s], ~self.outside[s, index]
            seen = v[inside] if bool(inside.any()) else v
            moved = take_farthest(seen, self.centers[span], self.weights[s], place - span.start)
            self.centers[span] = moved[0]
            self.counts[span] = moved[1] * (min(self.params.batch_size, data.n) / len(seen))
            self.lost[span] = 0

    @torch.no_grad()
    def centered(self, run: Run, data: Data) -> Tensor:
        """Codes (n, v, d) of all samples, after their mean was moved to zero, and the centers with it."""
        mean = all_codes(run, self.net, data).mean(dim=(0, 1))
        center(self.net, mean[None])
        self.centers = self.centers - mean @ self.rotation
        return all_codes(run, self.net, data)

    @torch.no_grad()
    def hardened(self, z: Tensor) -> NonRedundant:
        """Hard subspaces of embeddings (n, d): the nearest rotation, each dimension to its largest share.

        Source:
            The thesis measures description lengths so; the nearest rotation is that of the polar
            decomposition.
        """
        u, _, vt = torch.linalg.svd(self.rotation.double().cpu())
        rotation, owner = u @ vt, self.logits.argmax(dim=0).cpu()
        shares = [(owner == s).nonzero().flatten() for s in range(len(self.sizes))]
        kept = [s for s, share in enumerate(shares) if len(share)]
        centers = [self.centers[span].double().cpu() @ rotation.T for span in spans(self.sizes)]
        start = Start(rotation, [shares[s] for s in kept], [centers[s] for s in kept])
        return described(z.double().cpu(), start, outliers=self.params.outliers)

    def state_dict(self) -> dict[str, Any]:
        """What a resumed run goes on from."""
        held: dict[str, Any] = {name: getattr(self, name) for name in HELD}
        return held | {"rotation": self.rotation, "logits": self.logits}

    def load_state_dict(self, state_dict: dict[str, Any], /) -> None:
        """Go on from a state."""
        for name in HELD:
            setattr(self, name, state_dict[name].to(self.centers.device))
        with torch.no_grad():
            self.rotation.copy_(state_dict["rotation"])
            self.logits.copy_(state_dict["logits"])
