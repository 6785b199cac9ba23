"""ACe/DeC."""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from clustering.data import Data
from clustering.extras import Decoded, Extra
from clustering.losses.spaces import hardening
from clustering.methods.base import Clustering
from clustering.methods.over_spaces import OverSpaces
from clustering.params.acedec import ACeDeCParams
from clustering.passes import embed_all
from clustering.run import Run
from clustering.stages.reviving import take_any
from clustering.stages.traversing import cluster_part, shared_part, traversals
from clustering.train import Epoch

HARD = 0.01
"""Distance of every weight from where it belongs at which hardening is done."""


class ACeDeC(OverSpaces[ACeDeCParams]):
    """Isolate cluster information: one space for the clusters, one that all samples share.

    L = L_cluster + L_shared + L_rec; afterwards, if asked for, every dimension hardens into one of the two.

    Departs from the paper: all three are means over the samples of a batch, which keeps their ratio; which
    dimensions harden into which space is decided once, by the weights at the end of the clustering. The paper
    reconstructs a view from the shared space and its sample from the cluster space; here each is decoded with
    the cluster coordinates of the other, beside the plain reconstruction.
    """

    to_share: Tensor
    """(d,) bool, dimensions that harden into the shared space."""

    def __init__(self, params: ACeDeCParams, shape: tuple[int, ...]) -> None:
        super().__init__(params, shape)
        self.register_buffer("to_share", torch.zeros(params.embedding_dim, dtype=torch.bool))

    @property
    def sizes(self) -> Sequence[int]:
        return self.params.n_clusters, 1

    def stages(self) -> dict[str, int]:
        hard = {"harden": self.params.harden_epochs} if self.params.harden_epochs else {}
        return super().stages() | hard

    def fit(self, data: Data, run: Run) -> None:
        super().fit(data, run)
        if self.params.harden_epochs:
            if run.first_time("choose what hardens"):
                self.to_share.copy_(self.weights[0].detach() <= self.params.harden_threshold)
            self.descend(run, data, "harden", self.params.harden_epochs)

    def loss(self, parts: Tensor, stage: str) -> Tensor:
        hard = hardening(self.weights, self.to_share) if stage == "harden" else 0.0
        return parts.sum() + hard

    def told(self, parts: Tensor) -> dict[str, Tensor]:
        return {"compression": parts[0], "shared": parts[1]}

    def rebuilt(self, v: Tensor, x: Tensor) -> Tensor:
        plain = super().rebuilt(v, x)
        if self.view is None or not self.params.swap:
            return plain
        other = v.roll(len(v) // 2, dims=0)
        return (plain + super().rebuilt(cluster_part(other, v, self.weights[0]), x)) / 2

    @torch.no_grad()
    def ended(self, epoch: Epoch) -> None:
        super().ended(epoch)
        own = self.weights[0]
        epoch.record(dimensions=(own > self.params.harden_threshold).sum().double())
        if epoch.stage == "harden" and bool(torch.where(self.to_share, own, 1 - own).max() < HARD):
            epoch.end_stage()

    def revive(self, epoch: Epoch, data: Data, due: Sequence[int]) -> None:
        index = torch.randperm(data.n, generator=epoch.generator, device=data.device)[: max(1000, len(due))]
        v = embed_all(epoch.run, self, data.part(index))
        for place in due:
            self.all_centers[place] = take_any(v, epoch.generator)
            self.counts[place] = min(self.params.batch_size, data.n) / self.params.n_clusters

    def clusterings(self, z: Tensor) -> list[Clustering]:
        (only,) = super().clusterings(z)
        return [Clustering(only.labels, None, only.centers, only.weights, self.params.weight_power)]

    def extras(self, data: Data, z: Tensor) -> Mapping[str, Extra]:  # noqa: ARG002
        if self.params.pictures == 0:
            return {}
        few = z[torch.linspace(0, len(z) - 1, min(self.params.pictures, len(z))).long()]
        beta = self.weights[0].detach()
        centers = self.all_centers[self.assigned(few)[0]]
        both = torch.stack([few, cluster_part(few, centers, beta), shared_part(few, centers, beta)])
        return {
            "spaces": Decoded(both),
            "shared-prototype": Decoded(self.all_centers[-1]),
            "traversals": Decoded(traversals(z, few[0], beta > self.params.harden_threshold)),
        }
