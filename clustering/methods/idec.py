"""Improved Deep Embedded Clustering."""

from torch import Tensor, nn

from clustering.data import Data
from clustering.losses.self_training import self_training, sharpen, student_t
from clustering.methods.centroid import Centroid
from clustering.optim import clipped, optimizer
from clustering.params.idec import IDECParams
from clustering.passes import assign_all
from clustering.run import Run
from clustering.stages.auxiliary import auxiliary


class IDEC(Centroid[IDECParams]):
    """Reconstruct, place the centers by k-means, then sharpen the assignments and go on reconstructing.

    Departs from the paper: one plain pretraining instead of the layer-wise denoising one, targets from
    the batch unless `target` says otherwise. Over a contrastive net, agreement of views takes the place of
    the reconstruction (Miklautz et al. 2025).
    """

    centers: nn.Parameter

    def __init__(self, params: IDECParams, shape: tuple[int, ...]) -> None:
        super().__init__(params, shape)
        self.centers = nn.Parameter(self.centers)

    def cluster(self, data: Data, run: Run) -> None:
        p = self.params
        groups = [clipped(self.net, p.clip_norm), {"params": [self.centers], "weight_decay": 0.0}]
        descent = optimizer(groups, p.optimizer, p.lr)
        for epoch in self.rounds(data, run, descent):
            of_all = sharpen(assign_all(run, self, data)) if p.target == "epoch" else None
            for batch in epoch.batches(data, p.batch_size, self.view):
                x = self.views(batch)
                z = self.embed(x)
                q = self.by_centers(z)
                target = sharpen(q[: len(batch.x)]) if of_all is None else of_all[batch.index]
                clusters, structure = self_training(q, target), auxiliary(self.net, z, x, p)
                epoch.record(clusters=clusters, auxiliary=structure)
                epoch.descend(p.cluster_weight * clusters + p.auxiliary_weight * structure, descent)

    def by_centers(self, z: Tensor) -> Tensor:
        return student_t(z, self.centers, self.params.alpha)
