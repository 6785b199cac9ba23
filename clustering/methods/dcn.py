"""Deep Clustering Network."""

import torch
from torch import Generator, Tensor

from clustering.data import Data
from clustering.losses.compression import compression
from clustering.methods.centroid import Centroid
from clustering.optim import clipped, optimizer
from clustering.params.dcn import DCNParams
from clustering.partition.distances import nearest_center
from clustering.partition.updates import constant, per_instance, running_count
from clustering.passes import embed_all
from clustering.run import Run
from clustering.stages.auxiliary import auxiliary


class DCN(Centroid[DCNParams]):
    """Reconstruct, place the centers by k-means, then in turn pull embeddings to centers and move centers.

    Departs from the paper: one plain pretraining instead of a layer-wise one, Adam instead of SGD,
    centers move once an epoch, after the network. Augmented samples share the assignment of the clean
    ones (Miklautz et al. 2025).
    """

    counts: Tensor

    def __init__(self, params: DCNParams, shape: tuple[int, ...]) -> None:
        super().__init__(params, shape)
        self.register_buffer("counts", torch.full((params.n_clusters,), params.first_count))

    def cluster(self, data: Data, run: Run) -> None:
        p = self.params
        descent = optimizer([clipped(self.net, p.clip_norm)], p.optimizer, p.lr)
        for epoch in self.rounds(data, run, descent):
            for batch in epoch.batches(data, p.batch_size, self.view):
                x = self.views(batch)
                z = self.embed(x)
                nearest = nearest_center(z[: len(batch.x)].detach(), self.centers)
                clusters = compression(z, self.centers, nearest, mean=p.cluster_mean)
                structure = auxiliary(self.net, z, x, p)
                epoch.record(clusters=clusters, auxiliary=structure)
                epoch.descend(p.cluster_weight * clusters + p.auxiliary_weight * structure, descent)
            self._move_centers(embed_all(run, self, data), epoch.generator)

    def _move_centers(self, z: Tensor, generator: Generator) -> None:
        """Let the centers follow all embeddings (n, d), batch by batch in random order."""
        order = torch.randperm(len(z), generator=generator, device=z.device)
        for index in torch.split(order, self.params.batch_size):
            batch = z[index]
            assigned = nearest_center(batch, self.centers)
            match self.params.center_update:
                case "per_instance":
                    moved = per_instance(self.centers, self.counts, batch, assigned)
                case "running_count":
                    moved = running_count(self.centers, self.counts, batch, assigned)
                case "brb_code":
                    moved = constant(self.centers, batch, assigned), self.counts
            self.centers.copy_(moved[0])
            self.counts.copy_(moved[1])
