"""Spectral clustering."""

import torch
from sklearn.cluster import SpectralClustering
from torch import Tensor

from clustering.classical import samples, tensor, within_budget
from clustering.data import Data
from clustering.methods.base import Clustering, Method
from clustering.params.spectral import SpectralParams
from clustering.run import Run


class Spectral(Method[SpectralParams]):
    """scikit-learn's spectral clustering; hears a cancel before and after it, not within. No predict."""

    labels: Tensor
    """(n,) int64 of the samples fitted."""

    def __init__(self, params: SpectralParams, shape: tuple[int, ...]) -> None:
        super().__init__(params, shape)
        self.register_buffer("labels", torch.zeros(0, dtype=torch.int64))

    def fit(self, data: Data, run: Run) -> None:
        p = self.params
        if p.affinity == "rbf":
            within_budget(run, 3 * 8 * data.n**2, f"Similarities of {data.n} samples")
        x = samples(data, run)
        found = SpectralClustering(
            p.n_clusters,
            affinity=p.affinity,
            n_neighbors=min(p.n_neighbors, data.n),
            gamma=p.gamma,
            n_init=p.n_init,
            random_state=run.seed_for("spectral"),
        ).fit_predict(x)
        run.check()
        self.labels = tensor(found, run)

    def embed(self, x: Tensor) -> Tensor:
        return x.flatten(1)

    def decode(self, z: Tensor) -> Tensor:
        return z.reshape(-1, *self.shape)

    def clusterings(self, z: Tensor) -> list[Clustering]:
        return [Clustering(self.labels.to(z.device), None, None)]
