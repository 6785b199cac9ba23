"""Autoencoder, then k-means."""

import torch

from clustering.data import Data
from clustering.methods.self_labelled import SelfLabelled
from clustering.params.ae_kmeans import AEKMeansParams
from clustering.partition.kmeans import kmeans
from clustering.passes import embed_all
from clustering.run import Run
from clustering.stages.pretraining import pretrain
from clustering.stages.self_labelling import self_label_stages


class AEKMeans(SelfLabelled[AEKMeansParams]):
    """Reconstruct, then partition the embedding."""

    def stages(self) -> dict[str, int]:
        return self.params.pretrain_stages | self_label_stages(self.params)

    def fit(self, data: Data, run: Run) -> None:
        p = self.params
        pretrain(run, self.net, data, p)
        if run.first_time("k-means"):
            generator = torch.Generator().manual_seed(run.seed_for("k-means"))
            found = kmeans(embed_all(run, self, data), p.n_clusters, generator=generator, n_init=p.n_init)
            self.centers.copy_(found.centers)
        self.refine(run, data)
