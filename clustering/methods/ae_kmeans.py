"""Autoencoder, then k-means."""

import torch
from torch import Tensor

from clustering.data import Data
from clustering.methods.over_network import OverNetwork
from clustering.params.ae_kmeans import AEKMeansParams
from clustering.partition.distances import nearest_center
from clustering.partition.kmeans import kmeans
from clustering.passes import embed_all
from clustering.run import Run
from clustering.stages.pretraining import pretrain


class AEKMeans(OverNetwork[AEKMeansParams]):
    """Reconstruct, then partition the embedding."""

    centers: Tensor

    def __init__(self, params: AEKMeansParams, shape: tuple[int, ...]) -> None:
        super().__init__(params, shape)
        self.register_buffer("centers", torch.zeros(params.n_clusters, params.embedding_dim))

    def stages(self) -> dict[str, int]:
        return self.params.pretrain_stages

    def fit(self, data: Data, run: Run) -> None:
        p = self.params
        pretrain(run, self.net, data, p)
        generator = torch.Generator().manual_seed(run.seed_for("k-means"))
        found = kmeans(embed_all(run, self, data), p.n_clusters, generator=generator, n_init=p.n_init)
        self.centers.copy_(found.centers)

    def label(self, z: Tensor) -> Tensor:
        return nearest_center(z, self.centers)
