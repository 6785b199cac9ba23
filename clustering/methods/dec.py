"""Deep Embedded Clustering."""

import torch
from torch import Tensor, nn

from clustering.augment import augmenter
from clustering.data import Data
from clustering.losses.self_training import self_training, sharpen, student_t
from clustering.methods.over_autoencoder import OverAutoencoder
from clustering.params.dec import DECParams
from clustering.passes import assign_all, embed_all
from clustering.run import Run
from clustering.stages import clipped, first_centers, pretrain, stacked
from clustering.train import adam, epochs


class DEC(OverAutoencoder[DECParams]):
    """Reconstruct, place the centers by k-means, then sharpen the assignments.

    Departs from the paper: one plain pretraining instead of the layer-wise denoising one, Adam instead
    of SGD, targets from the batch unless `target` says otherwise. Augmented samples share the target of
    the clean ones (Miklautz et al. 2025).
    """

    centers: nn.Parameter

    def __init__(self, params: DECParams, shape: tuple[int, ...]) -> None:
        super().__init__(params, shape)
        self.centers = nn.Parameter(torch.zeros(params.n_clusters, params.embedding_dim))

    def stages(self) -> dict[str, int]:
        return {"pretrain": self.params.pretrain_epochs, "cluster": self.params.epochs}

    def fit(self, data: Data, run: Run) -> None:
        p, view = self.params, augmenter(self.params.augment)
        pretrain(run, self.net, data, p)
        if run.first_time("place centers"):
            self.centers.data.copy_(first_centers(run, embed_all(run, self, data), p))

        optimizer = adam([clipped(self.net.encoder, p.clip_norm), {"params": [self.centers]}], p.lr)
        for epoch in epochs(run, "cluster", p.epochs, resumes=[optimizer]):
            of_all = sharpen(assign_all(run, self, data)) if p.target == "epoch" else None
            for batch in epoch.batches(data, p.batch_size, view):
                q = self.assign(self.embed(stacked(batch, view)))
                target = sharpen(q[: len(batch.x)]) if of_all is None else of_all[batch.index]
                epoch.descend(self_training(q, target), optimizer)

    def assign(self, z: Tensor) -> Tensor:
        return student_t(z, self.centers, self.params.alpha)
