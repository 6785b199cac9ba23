"""What all methods are whose clusters are softmax heads over a network."""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

import torch
from torch import Tensor

from clustering.augment.resize import resized
from clustering.data import Batch, Data, View
from clustering.extras import Extra, Table
from clustering.methods.base import Clustering, Method
from clustering.nets.features import Features
from clustering.nets.heads import Heads
from clustering.optim import clipped, optimizer, scheduler
from clustering.params.heads import HeadsParams
from clustering.passes import in_blocks
from clustering.run import Run
from clustering.stages.diversity import Control
from clustering.stages.watching import Watch
from clustering.train import Resumable, epochs

H = TypeVar("H", bound=HeadsParams)


@dataclass(frozen=True)
class Compared:
    """What views of a batch say of h heads."""

    each: Tensor
    """(h,) loss of each head."""
    shared: Tensor
    """Scalar loss of what all heads stand on."""
    soft: Tensor
    """(h, m, k) assignments in which clusterings are compared with each other."""


class OverHeads(Method[H], Generic[H]):
    """Heads of the same kind over the features of one network, which are the embedding.

    L = L_shared + 1/h Σ_i L_i. At the end the loss of each head is taken over all samples again, with the
    network at rest; the head of lowest loss gives the main clustering, the others follow by their loss.
    """

    losses: Tensor
    """(h,) of the heads at the end."""

    def __init__(self, params: H, shape: tuple[int, ...]) -> None:
        super().__init__(params, shape)
        self.features = Features(shape, params)
        self.heads = self.fresh_heads(params.count, params.n_clusters)
        self.register_buffer("losses", torch.zeros(params.count))

    def fresh_heads(self, count: int, clusters: int) -> Heads:
        """Heads over the features."""
        return Heads(count, [self.features.width, *self.params.head_hidden, clusters])

    def stages(self) -> dict[str, int]:
        return {"cluster": self.params.epochs}

    def fit(self, data: Data, run: Run) -> None:
        p, view, turns = self.params, self.view(), self.turns()
        descent = optimizer([clipped(self, p.clip_norm)], p.optimizer, p.lr)
        schedule = scheduler(descent, p.schedule, p.epochs)
        watch, control = Watch(run, self, data, head=self.heads), self.control()
        resumes: list[Resumable] = [descent, schedule, watch, *([control] if control else [])]
        for epoch in epochs(run, "cluster", p.epochs, resumes=resumes):
            for turn, heads in enumerate(turns):
                for batch in epoch.batches(data, p.batch_size, view, pass_of=(turn, len(turns))):
                    found = self.compare(batch, heads)
                    loss = found.shared + found.each.mean()
                    if control and heads is self.heads:
                        alike = control.loss(found.soft)
                        epoch.record(diversity=alike)
                        loss = loss + alike
                    epoch.descend(loss, descent)
            if control:
                control.ended(epoch)
            schedule.step()
            watch.look(epoch)
        self.losses.copy_(self.judged(data, run))

    def control(self) -> Control | None:
        """What keeps the clusterings of the heads different, where the params ask for it."""
        return None

    def turns(self) -> list[Heads]:
        """The heads that are trained in each pass of an epoch, in order."""
        return [self.heads]

    def view(self) -> View:
        """What draws the views that `compare` asks a batch for."""
        draw, side = self.drawn(), self.params.input_size
        return lambda x, generator: draw(resized(x, side), generator)

    @abstractmethod
    def drawn(self) -> View:
        """The same of images that have the network's size."""

    @abstractmethod
    def compare(self, batch: Batch, heads: Heads) -> Compared:
        """Draw views of a batch, and let heads compare them."""

    @torch.no_grad()
    def judged(self, data: Data, run: Run) -> Tensor:
        """(h,) the loss of each head over all samples, in evaluation mode: a mean over batches."""
        self.eval()
        batches = data.batches(self.params.batch_size, run.generator("judge heads"), self.view())
        found = []
        for batch in batches:
            run.check()
            found.append(self.compare(batch, self.heads).each)
        return torch.stack(found).mean(dim=0)

    def embed(self, x: Tensor) -> Tensor:
        features: Tensor = self.features(x)
        return features

    def assign(self, z: Tensor) -> Tensor:
        return self.heads.soft(z)[int(self.losses.argmin())]

    def soft_of_heads(self, z: Tensor) -> Tensor:
        """(h, n, k) assignments of embeddings (n, d) by each head."""
        return in_blocks(lambda rows: self.heads.soft(rows).transpose(0, 1), z).transpose(0, 1)

    def by_heads(self, z: Tensor) -> list[Clustering]:
        """The clustering of each head, that of lowest loss first."""
        soft = self.soft_of_heads(z)
        order = self.losses.argsort(stable=True).tolist()
        names = [f"head {head + 1}" if len(order) > 1 else None for head in order]
        return [
            Clustering(soft[head].argmax(dim=1), soft[head], None, name=name)
            for head, name in zip(order, names, strict=True)
        ]

    def clusterings(self, z: Tensor) -> list[Clustering]:
        return self.by_heads(z)

    def extras(self, data: Data, z: Tensor) -> Mapping[str, Extra]:  # noqa: ARG002
        """Of several heads, the loss of each, its clusters with samples and its mean confidence."""
        if len(self.losses) == 1:
            return {}
        soft = self.soft_of_heads(z)
        top = soft.max(dim=2)
        columns: dict[str, list[str | float | None]] = {
            "head": [f"head {head + 1}" for head in range(len(soft))],
            "loss": self.losses.tolist(),
            "clusters": [len(labels.unique()) for labels in top.indices],
            "confidence": top.values.mean(dim=1).tolist(),
        }
        return {"heads": Table(columns)}
