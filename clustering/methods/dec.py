"""Deep Embedded Clustering."""

from torch import Tensor, nn

from clustering.data import Data
from clustering.losses.self_training import self_training, sharpen, student_t
from clustering.methods.centroid import Centroid
from clustering.optim import clipped, optimizer
from clustering.params.dec import DECParams
from clustering.passes import assign_all
from clustering.run import Run


class DEC(Centroid[DECParams]):
    """Reconstruct, place the centers by k-means, then sharpen the assignments.

    Departs from the paper: one plain pretraining instead of the layer-wise denoising one, Adam instead
    of SGD, targets from the batch unless `target` says otherwise. A contrastive net is pretrained by its
    contrast; while it clusters only the self-training loss trains it, as in BRB's experiments, and its
    projector learns nothing more.
    """

    centers: nn.Parameter

    def __init__(self, params: DECParams, shape: tuple[int, ...]) -> None:
        super().__init__(params, shape)
        self.centers = nn.Parameter(self.centers)

    def cluster(self, data: Data, run: Run) -> None:
        p = self.params
        groups = [clipped(self.net.encoder, p.clip_norm), {"params": [self.centers], "weight_decay": 0.0}]
        descent = optimizer(groups, p.optimizer, p.lr)
        for epoch in self.rounds(data, run, descent):
            of_all = sharpen(assign_all(run, self, data)) if p.target == "epoch" else None
            for batch in epoch.batches(data, p.batch_size, self.view):
                q = self.by_centers(self.embed(self.views(batch)))
                target = sharpen(q[: len(batch.x)]) if of_all is None else of_all[batch.index]
                epoch.descend(self_training(q, target), descent)

    def by_centers(self, z: Tensor) -> Tensor:
        return student_t(z, self.centers, self.params.alpha)
