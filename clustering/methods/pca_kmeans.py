"""k-means on principal components."""

import torch
from sklearn.cluster import KMeans as Lloyd
from sklearn.decomposition import PCA
from torch import Tensor

from clustering.classical import samples, tensor
from clustering.data import Data
from clustering.methods.base import Method
from clustering.params.pca_kmeans import PcaKMeansParams
from clustering.partition.distances import nearest_center
from clustering.run import Run


class PcaKMeans(Method[PcaKMeansParams]):
    """scikit-learn's PCA and k-means; hears a cancel before, between and after them."""

    mean: Tensor
    """(f,) mean of the inputs."""
    components: Tensor
    """(d, f) orthonormal directions, by falling variance."""
    spread: Tensor
    """(d,) what each component is divided by: ones unless whitened."""

    centers: Tensor

    def __init__(self, params: PcaKMeansParams, shape: tuple[int, ...]) -> None:
        super().__init__(params, shape)
        features = torch.Size(shape).numel()
        d = min(params.embedding_dim, features)
        self.register_buffer("mean", torch.zeros(features))
        self.register_buffer("components", torch.zeros(d, features))
        self.register_buffer("spread", torch.ones(d))
        self.register_buffer("centers", torch.zeros(params.n_clusters, d))

    def fit(self, data: Data, run: Run) -> None:
        p = self.params
        x = samples(data, run)
        width = min(p.embedding_dim, x.shape[1], len(x) - 1)
        pca = PCA(width, random_state=run.seed_for("pca")).fit(x)
        run.check()
        self.mean, self.components = tensor(pca.mean_, run), tensor(pca.components_, run)
        self.spread = torch.ones(width, device=run.device)
        if p.whiten:
            self.spread = tensor(pca.explained_variance_, run).sqrt().clamp_min(1e-7)
        z = self.embed(torch.as_tensor(x, device=run.device)).cpu().numpy()
        lloyd = Lloyd(
            p.n_clusters, n_init=p.n_init, max_iter=p.max_iter, random_state=run.seed_for("kmeans")
        ).fit(z)
        run.check()
        self.centers = tensor(lloyd.cluster_centers_, run)

    def embed(self, x: Tensor) -> Tensor:
        return (x.flatten(1) - self.mean) @ self.components.T / self.spread

    def label(self, z: Tensor) -> Tensor:
        return nearest_center(z, self.centers)

    def decode(self, z: Tensor) -> Tensor:
        return ((z * self.spread) @ self.components + self.mean).reshape(-1, *self.shape)
