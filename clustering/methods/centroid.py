"""What all methods that move centers in an embedding while they train it are."""

from typing import Generic, TypeVar

import torch
from torch import Tensor

from clustering.augment import augmenter
from clustering.data import Data
from clustering.methods.over_network import OverNetwork
from clustering.params.deep import DeepParams
from clustering.passes import embed_all
from clustering.run import Run
from clustering.stages.centers import first_centers
from clustering.stages.pretraining import pretrain

D = TypeVar("D", bound=DeepParams)


class Centroid(OverNetwork[D], Generic[D]):
    """A method with k centers in the embedding, placed by k-means after the pretraining."""

    centers: Tensor

    def __init__(self, params: D, shape: tuple[int, ...]) -> None:
        super().__init__(params, shape)
        self.view = augmenter(params.augment)
        self.register_buffer("centers", torch.zeros(params.n_clusters, params.embedding_dim))

    def stages(self) -> dict[str, int]:
        return {"pretrain": self.params.pretrain_epochs, "cluster": self.params.epochs}

    def start(self, data: Data, run: Run) -> None:
        """Train the network, then place the centers."""
        pretrain(run, self.net, data, self.params)
        if run.first_time("place centers"):
            self.centers.data.copy_(first_centers(run, embed_all(run, self, data), self.params))
