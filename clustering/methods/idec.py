"""Improved Deep Embedded Clustering."""

from torch import Tensor, nn

from clustering.data import Data
from clustering.losses.reconstruction import reconstruction
from clustering.losses.self_training import self_training, sharpen, student_t
from clustering.methods.centroid import Centroid
from clustering.params.idec import IDECParams
from clustering.passes import assign_all
from clustering.run import Run
from clustering.stages.pretraining import clipped, stacked
from clustering.train import adam, epochs


class IDEC(Centroid[IDECParams]):
    """Reconstruct, place the centers by k-means, then sharpen the assignments and go on reconstructing.

    Departs from the paper: one plain pretraining instead of the layer-wise denoising one, targets from
    the batch unless `target` says otherwise. Augmented samples share the target of the clean ones
    (Miklautz et al. 2025).
    """

    centers: nn.Parameter

    def __init__(self, params: IDECParams, shape: tuple[int, ...]) -> None:
        super().__init__(params, shape)
        self.centers = nn.Parameter(self.centers)

    def fit(self, data: Data, run: Run) -> None:
        p = self.params
        self.start(data, run)

        optimizer = adam([clipped(self.net, p.clip_norm), {"params": [self.centers]}], p.lr)
        for epoch in epochs(run, "cluster", p.epochs, resumes=[optimizer]):
            of_all = sharpen(assign_all(run, self, data)) if p.target == "epoch" else None
            for batch in epoch.batches(data, p.batch_size, self.view):
                x = stacked(batch, self.view)
                z = self.embed(x)
                q = self.assign(z)
                target = sharpen(q[: len(batch.x)]) if of_all is None else of_all[batch.index]
                clusters = self_training(q, target)
                structure = reconstruction(self.decode(z), x, mean=p.reconstruction_mean)
                epoch.record(clusters=clusters, reconstruction=structure)
                epoch.descend(p.cluster_weight * clusters + p.auxiliary_weight * structure, optimizer)

    def assign(self, z: Tensor) -> Tensor:
        return student_t(z, self.centers, self.params.alpha)
