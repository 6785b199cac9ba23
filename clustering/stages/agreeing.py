"""Train a network together with the subspaces of its embedding until the views of a sample agree."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from clustering.augment import augmenter
from clustering.data import Data
from clustering.losses.reconstruction import reconstruction
from clustering.losses.spaces import compression, nearest_in_each, scores_in_spaces, space_weights
from clustering.nets import Autoencoder
from clustering.optim import clipped, optimizer
from clustering.params.beads import BeadsParams
from clustering.partition.nonredundant import NonRedundant, Start
from clustering.partition.nrkmeans import described
from clustering.partition.spaces import Spaces, follow, space_of_center, spans
from clustering.stages.placing_spaces import LIMIT
from clustering.stages.reviving import take_farthest
from clustering.stages.viewing import all_codes, codes_of, drawn_from
from clustering.train import Epoch

HELD = ("centers", "counts", "lost", "steps", "outside")


class Agreement:
    """Soft shares of a rotated embedding, and centers that all views of a sample are drawn to.

    L = Σ_s 1/b Σ_i Σ_t ‖Vᵀ z_it - m_s(i)‖²_β_s + λ L_rec, over views t and those samples i that are no
    outliers of space s. A sample has the centers nearest to the mean of its views; these follow those means.

    Where the unit of compression is the variance, the first sum is divided by the summed variances of all
    codes in the batch, so that a code of another scale costs the same.

    Args:
        net: an autoencoder.
        spaces: where rotation, shares and centers start.
        sizes: clusters of each space.
        outside: (S, n) bool, the outliers of each space.
        params: of the method.

    Source:
        The thesis, A.4, eq. 2, on ENRC (Miklautz et al. 2020). Departs: centers live in the rotated space.
        The unit of variance is ours, as the paper's loss also falls when all codes shrink to one point.
    """

    def __init__(
        self, net: Autoencoder, spaces: Spaces, sizes: Sequence[int], outside: Tensor, params: BeadsParams
    ) -> None:
        self.net, self.sizes, self.params = net, tuple(sizes), params
        self.view = augmenter(params.augment)
        self.rotation = nn.Parameter(spaces.rotation.clone())
        self.logits = nn.Parameter(spaces.logits.clone())
        self.centers, self.outside = spaces.centers.clone(), outside
        self.counts = self.centers.new_full((len(self.centers),), params.batch_size / max(sizes))
        self.lost = torch.zeros(len(self.centers), dtype=torch.int64, device=self.centers.device)
        self.steps = self.lost.new_zeros(())
        self.space_of = space_of_center(self.sizes).to(self.centers.device)

    @property
    def weights(self) -> Tensor:
        """(S, d) β to the power that distances take."""
        return space_weights(self.logits) ** self.params.weight_power

    def losses(self, x: Tensor, index: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """What samples (b, *shape) at these positions (b,) cost.

        Returns:
            (S,) compression of each space, the reconstruction's error, and (b, d) means of the rotated codes
            with (S, b) their centers, -1 for outliers, both without gradients.
        """
        codes = codes_of(self.net, x) @ self.rotation
        mean = codes.detach().mean(dim=1)
        assigned, inside = self.assigned(mean), ~self.outside[:, index]
        weights = self.weights
        parts = torch.stack(
            [compression(v, self.centers, weights, assigned, inside=inside) for v in codes.unbind(dim=1)]
        ).sum(dim=0)
        if self.params.compression_unit == "variance":
            parts = parts / codes.flatten(0, 1).var(dim=0, correction=0).sum()
        rebuilt = drawn_from(self.net, codes @ self.rotation.T)
        error = reconstruction(rebuilt, x, mean=self.params.reconstruction_mean)
        return parts, error, mean, torch.where(inside, assigned, -1)

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

        Batch norms keep the statistics of the pretraining, and nothing is dropped out.
        """
        p = self.params
        self.net.eval()
        for batch in epoch.batches(data, p.batch_size, self.view, weights=weights):
            parts, rebuilt, v, assigned = self.losses(batch.view(), batch.index)
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
        """Move the centers after a step, and those that are long without samples to a new place."""
        self.logits.clamp_(-LIMIT, LIMIT)
        memory = self.params.center_memory
        self.centers, self.counts, met = follow(self.centers, self.counts, v, assigned, memory=memory)
        self.lost += met == 0
        self.steps += 1
        due = self.lost.square() > self.steps
        if bool(due.any()):
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
