"""k-means on the inputs."""

import torch
from sklearn.cluster import KMeans as Lloyd
from torch import Tensor

from clustering.classical import samples, tensor
from clustering.data import Data
from clustering.methods.base import Method
from clustering.params.kmeans import KMeansParams
from clustering.partition.distances import nearest_center
from clustering.run import Run


class KMeans(Method[KMeansParams]):
    """scikit-learn's k-means; hears a cancel before and after it, not within."""

    centers: Tensor

    def __init__(self, params: KMeansParams, shape: tuple[int, ...]) -> None:
        super().__init__(params, shape)
        self.register_buffer("centers", torch.zeros(params.n_clusters, torch.Size(shape).numel()))

    def fit(self, data: Data, run: Run) -> None:
        p = self.params
        lloyd = Lloyd(
            p.n_clusters,
            init=p.init,
            n_init=p.n_init,
            max_iter=p.max_iter,
            tol=p.tol,
            random_state=run.seed_for("kmeans"),
        )
        lloyd.fit(samples(data, run))
        run.check()
        self.centers = tensor(lloyd.cluster_centers_, run)

    def embed(self, x: Tensor) -> Tensor:
        return x.flatten(1)

    def decode(self, z: Tensor) -> Tensor:
        return z.reshape(-1, *self.shape)

    def label(self, z: Tensor) -> Tensor:
        return nearest_center(z, self.centers)
