"""What all methods are whose clusterings share out one rotated embedding."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Generic, TypeVar

import torch
from torch import Tensor, nn

from clustering.augment import augmenter
from clustering.data import Data
from clustering.losses.reconstruction import reconstruction
from clustering.losses.spaces import (
    compression,
    compression_by_cluster,
    nearest_in_each,
    scores_in_spaces,
    space_weights,
)
from clustering.methods.base import Clustering
from clustering.methods.over_network import OverNetwork
from clustering.nets import Autoencoder
from clustering.nets.code import whiten
from clustering.optim import clipped, optimizer, scheduler
from clustering.params.spaces import SpacesParams
from clustering.partition.spaces import Spaces, follow, space_of_center, spans, straightened
from clustering.passes import embed_all, in_blocks
from clustering.run import Run
from clustering.stages.placing_spaces import BLOCK_ROWS, LIMIT, Starts, place_spaces
from clustering.stages.pretraining import pretrain, stacked
from clustering.stages.watching import Watch
from clustering.train import Epoch, epochs

S = TypeVar("S", bound=SpacesParams)


class OverSpaces(OverNetwork[S], Generic[S]):
    """A rotation of the embedding, soft shares of its dimensions, and centers that follow the samples.

    Its embedding is the rotated one: v = Vᵀ enc(x), decoded as dec(V v). Augmented samples share the clean
    ones' centers. Batch norms keep the statistics of the pretraining, and nothing is dropped out.
    """

    net: Autoencoder
    lost: Tensor
    """(K,) batches in which a center had no sample since it last moved by force."""

    def __init__(self, params: S, shape: tuple[int, ...]) -> None:
        super().__init__(params, shape)
        self.view = augmenter(params.augment)
        self.rotation = nn.Parameter(torch.eye(params.embedding_dim))
        self.register_buffer("steps", torch.zeros((), dtype=torch.int64))
        self.make_room()

    all_centers: Tensor
    counts: Tensor
    steps: Tensor
    space_of: Tensor

    @property
    @abstractmethod
    def sizes(self) -> Sequence[int]:
        """Clusters of each space."""

    def make_room(self) -> None:
        """Shares, centers and counts for as many spaces and clusters as there are, not yet placed."""
        like, total = self.rotation.detach(), sum(self.sizes)
        self.logits = nn.Parameter(like.new_zeros(len(self.sizes), len(like)))
        self.register_buffer("all_centers", like.new_zeros(total, len(like)))
        self.register_buffer("counts", like.new_zeros(total))
        self.register_buffer("lost", self.steps.new_zeros(total))
        self.register_buffer("space_of", space_of_center(self.sizes).to(like.device), persistent=False)

    @property
    def weights(self) -> Tensor:
        """(S, d) how much each dimension belongs to each space."""
        return space_weights(self.logits)

    def stages(self) -> dict[str, int]:
        p = self.params
        start = {"initialize": p.init_epochs} if p.init_epochs else {}
        return p.pretrain_stages | start | {"cluster": p.epochs}

    def fit(self, data: Data, run: Run) -> None:
        pretrain(run, self.net, data, self.params)
        if self.params.whiten and run.first_time("whiten"):
            whiten(self.net, embed_all(run, self, data))
        self._place(run, data)
        self.descend(run, data, "cluster", self.params.epochs)

    def _place(self, run: Run, data: Data) -> None:
        p = self.params
        if not p.init_epochs:
            if run.first_time("place spaces"):
                self.take(run, data, place_spaces(run, embed_all(run, self, data), self.sizes, p))
        elif "initialize" not in run.journal.finished:
            starts = Starts(run, embed_all(run, self, data), self.sizes, p)
            for epoch in epochs(run, "initialize", p.init_epochs, resumes=[starts]):
                starts.descend(epoch)
                if epoch.last:
                    self.take(run, data, straightened(starts.best()))

    @torch.no_grad()
    def take(self, run: Run, data: Data, found: Spaces) -> None:
        """Go on from these spaces, with the counts that their clusters have in a mean batch."""
        self.rotation.copy_(found.rotation)
        self.logits.copy_(found.logits)
        self.all_centers.copy_(found.centers)
        sizes = torch.zeros_like(self.counts, dtype=torch.int64)
        for v in torch.split(embed_all(run, self, data), BLOCK_ROWS):
            sizes += torch.bincount(self.assigned(v).flatten(), minlength=len(sizes))
        self.counts.copy_(sizes * (min(self.params.batch_size, data.n) / data.n))

    def descend(self, run: Run, data: Data, stage: str, count: int) -> None:
        """Train network, rotation and weights for some epochs; centers follow after each step."""
        p = self.params
        groups = [
            clipped(self.net, p.clip_norm),
            {"params": [self.rotation], "weight_decay": 0.0},
            {"params": [self.logits], "lr": p.weight_lr_factor * p.lr, "weight_decay": 0.0},
        ]
        descent = optimizer(groups, p.optimizer, p.lr)
        schedule = scheduler(descent, p.schedule, count)
        watch = Watch(run, self, data)
        for epoch in epochs(run, stage, count, resumes=[descent, schedule, watch]):
            self.eval()
            for batch in epoch.batches(data, p.batch_size, self.view):
                x = stacked(batch, self.view)
                v = self.net.encode(x) @ self.rotation
                clean = v[: len(batch.x)].detach()
                assigned = self.assigned(clean)
                views = len(x) // len(clean)
                parts = self.compressed(v, assigned.repeat(1, views) if views > 1 else assigned)
                rebuilt = self.rebuilt(v, x)
                epoch.record(reconstruction=rebuilt, **self.told(parts))
                epoch.descend(self.loss(parts, stage) + p.auxiliary_weight * rebuilt, descent)
                self._follow(epoch, data, clean, assigned)
            schedule.step()
            self.ended(epoch)
            if stage == "cluster":
                watch.look(epoch)

    def rebuilt(self, v: Tensor, x: Tensor) -> Tensor:
        """Reconstruction loss of rotated embeddings (v * b, d) of stacked views (v * b, *shape)."""
        return reconstruction(self.decode(v), x, mean=self.params.reconstruction_mean)

    @torch.no_grad()
    def ended(self, epoch: Epoch) -> None:
        """Record how far the rotation is from one, ‖Vᵀ V - I‖, and what else an epoch ends with."""
        v = self.rotation
        epoch.record(departure=torch.linalg.matrix_norm(v.T @ v - torch.eye(len(v), device=v.device)))

    @abstractmethod
    def loss(self, parts: Tensor, stage: str) -> Tensor:
        """A scalar from the compression (S,) of each space; the reconstruction comes beside it."""

    def told(self, parts: Tensor) -> dict[str, Tensor]:
        """What the curves show of the compression (S,)."""
        return {"compression": parts.mean()}

    def assigned(self, v: Tensor) -> Tensor:
        """(S, b) positions of the nearest centers of rotated embeddings (b, d), without gradients."""
        with torch.no_grad():
            weights = (self.weights**self.params.weight_power)[self.space_of]
            return nearest_in_each(scores_in_spaces(v, self.all_centers, weights), self.sizes)

    def compressed(self, v: Tensor, assigned: Tensor) -> Tensor:
        """(S,) mean squared distance of rotated embeddings to their centers in each space."""
        averaged = compression_by_cluster if self.params.clusters_weigh_alike else compression
        return averaged(v, self.all_centers, self.weights**self.params.weight_power, assigned)

    @torch.no_grad()
    def _follow(self, epoch: Epoch, data: Data, v: Tensor, assigned: Tensor) -> None:
        self.logits.clamp_(-LIMIT, LIMIT)
        memory = self.params.center_memory
        centers, counts, sizes = follow(self.all_centers, self.counts, v, assigned, memory=memory)
        self.all_centers.copy_(centers)
        self.counts.copy_(counts)
        self.steps += 1
        empty = sizes == 0
        if not bool(empty.any()):
            return
        self.lost += empty
        due = self.lost.square() > self.steps
        if bool(due.any()):
            self.revive(epoch, data, due.nonzero().flatten().tolist())
            self.lost[due] = 0

    @abstractmethod
    def revive(self, epoch: Epoch, data: Data, due: Sequence[int]) -> None:
        """Give centers that have been without samples for long a new place."""

    def embed(self, x: Tensor) -> Tensor:
        return self.net.encode(x) @ self.rotation

    def decode(self, z: Tensor) -> Tensor:
        return self.net.decode(z @ self.rotation.T)

    @property
    def clustered(self) -> list[int]:
        """The spaces with several clusters; where there is none, the first."""
        return [s for s, k in enumerate(self.sizes) if k > 1] or [0]

    def measured(self, z: Tensor) -> list[tuple[Tensor, Tensor]]:
        stretch, span = self.weights.detach() ** (self.params.weight_power / 2), spans(self.sizes)
        return [(z * stretch[s], self.all_centers[span[s]] * stretch[s]) for s in self.clustered]

    def label(self, z: Tensor) -> Tensor:
        return self.label_each(z)[:, 0]

    def label_each(self, z: Tensor) -> Tensor:
        found = self.assigned(z)
        firsts = found.new_tensor([span.start for span in spans(self.sizes)])
        return (found.T - firsts)[:, self.clustered]

    def clusterings(self, z: Tensor) -> list[Clustering]:
        """One of each space with several clusters; where there is none, the one cluster of all samples."""
        labels, weights, span = in_blocks(self.label_each, z), self.weights.detach(), spans(self.sizes)
        return [
            Clustering(
                labels[:, place],
                None,
                self.all_centers[span[s]].clone(),
                weights=weights[s],
                weight_power=self.params.weight_power,
                name=f"clustering {place}",
            )
            for place, s in enumerate(self.clustered)
        ]
