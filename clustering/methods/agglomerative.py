"""Agglomerative clustering."""

import torch
from sklearn.cluster import AgglomerativeClustering
from torch import Tensor

from clustering.classical import samples, tensor, within_budget
from clustering.data import Data
from clustering.errors import InvalidData
from clustering.methods.base import Clustering, Method
from clustering.params.agglomerative import AgglomerativeParams
from clustering.run import Run


class Agglomerative(Method[AgglomerativeParams]):
    """scikit-learn's linkages; hears a cancel before and after them, not within. No predict."""

    labels: Tensor
    """(n,) int64 of the samples fitted."""

    def __init__(self, params: AgglomerativeParams, shape: tuple[int, ...]) -> None:
        super().__init__(params, shape)
        self.register_buffer("labels", torch.zeros(0, dtype=torch.int64))

    def fit(self, data: Data, run: Run) -> None:
        p = self.params
        within_budget(run, 8 * data.n**2, f"Distances of {data.n} samples")
        x = samples(data, run)
        if p.metric == "cosine" and not (given := x.any(axis=1)).all():
            raise InvalidData(
                f"Sample {int(given.argmin())} is all 0 as scaled, where no cosine is defined; try euclidean."
            )
        found = AgglomerativeClustering(p.n_clusters, linkage=p.linkage, metric=p.metric).fit_predict(x)
        run.check()
        self.labels = tensor(found, run)

    def embed(self, x: Tensor) -> Tensor:
        return x.flatten(1)

    def decode(self, z: Tensor) -> Tensor:
        return z.reshape(-1, *self.shape)

    def clusterings(self, z: Tensor) -> list[Clustering]:
        return [Clustering(self.labels.to(z.device), None, None)]
