"""What CC's training is, over one head or many."""

from typing import Generic, TypeVar

import torch

from clustering.augment import augmenter, together
from clustering.data import Batch, View
from clustering.losses.cluster_contrast import cluster_contrast
from clustering.losses.contrastive import nt_xent
from clustering.losses.imbalance import imbalance
from clustering.methods.over_heads import Compared, OverHeads
from clustering.nets.heads import Heads
from clustering.nets.mlp import mlp
from clustering.params.contrasting import ContrastingParams

C = TypeVar("C", bound=ContrastingParams)


class Contrasting(OverHeads[C], Generic[C]):
    """Contrast two views of a batch: rows of projections, and columns of each head's assignments.

    Each view passes through the network by itself, so that batch norm sees one of them at a time.
    """

    def __init__(self, params: C, shape: tuple[int, ...]) -> None:
        super().__init__(params, shape)
        self.projector = mlp([self.features.width, *params.projector])

    def drawn(self) -> View:
        return together(augmenter(self.params.augment))

    def compare(self, batch: Batch, heads: Heads) -> Compared:
        p = self.params
        first, second = self.features(batch.view()), self.features(batch.view())
        samples = torch.cat([self.projector(first), self.projector(second)])
        a, b = heads.soft(first), heads.soft(second)
        clusters = cluster_contrast(a, b, p.cluster_temperature) + imbalance(a) + imbalance(b)
        return Compared(clusters, nt_xent(samples, p.temperature), torch.cat([a, b], dim=1))
