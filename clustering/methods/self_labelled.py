"""What all methods are whose clusters can be refined by their own confident labels."""

from typing import Generic, TypeVar

import torch
from torch import Tensor, nn
from torch.nn.functional import one_hot

from clustering.data import Data
from clustering.methods.over_network import OverNetwork
from clustering.params.deep import SelfLabelledParams
from clustering.partition.distances import nearest_center
from clustering.run import Run
from clustering.stages.self_labelling import self_label

L = TypeVar("L", bound=SelfLabelledParams)


class SelfLabelled(OverNetwork[L], Generic[L]):
    """A method with k centers in the embedding, and a head over it where the params self-label."""

    centers: Tensor
    headed: Tensor
    """Whether the head gives the labels, which it does once it has been trained."""

    def __init__(self, params: L, shape: tuple[int, ...]) -> None:
        super().__init__(params, shape)
        self.register_buffer("centers", torch.zeros(params.n_clusters, params.embedding_dim))
        self.head: nn.Linear | None = None
        if params.self_label is not None:
            self.head = nn.Linear(params.embedding_dim, params.n_clusters)
            self.register_buffer("headed", torch.tensor(False))

    def refine(self, run: Run, data: Data) -> None:
        """Learn from confident labels, if the params ask for it: the last step of a fit."""
        if self.head is not None:
            self_label(run, self, data)
            self.headed.fill_(True)

    def measured(self, z: Tensor) -> list[tuple[Tensor, Tensor]]:
        return [(z, self.centers.detach())]

    def assign(self, z: Tensor) -> Tensor:
        if self.head is not None and bool(self.headed):
            soft: Tensor = self.head(z).softmax(dim=1)
            return soft
        return self.by_centers(z)

    def by_centers(self, z: Tensor) -> Tensor:
        """Assignment (b, k) of embeddings (b, d) by their distance to the centers, on the simplex; here all
        to the nearest."""
        return one_hot(nearest_center(z, self.centers), len(self.centers)).float()
