"""A mixture of Gaussians."""

import math

import torch
from sklearn.mixture import GaussianMixture
from torch import Tensor

from clustering.classical import samples, tensor, within_budget
from clustering.data import Data
from clustering.errors import InvalidData
from clustering.methods.base import Method
from clustering.params.gmm import GmmParams
from clustering.run import Run


class Gmm(Method[GmmParams]):
    """scikit-learn's EM in double precision; hears a cancel before and after it, not within."""

    weights: Tensor
    """(k,) shares of the components."""
    means: Tensor
    """(k, d), double precision."""
    whitening: Tensor
    """(k, d, d) factors U of the precisions U Uᵀ, double precision; (k, d) where they are diagonal."""

    def __init__(self, params: GmmParams, shape: tuple[int, ...]) -> None:
        super().__init__(params, shape)
        k, d = params.n_clusters, torch.Size(shape).numel()
        self.register_buffer("centers", torch.zeros(k, d))
        self.register_buffer("means", torch.zeros(k, d, dtype=torch.float64))
        self.register_buffer("weights", torch.full((k,), 1 / k, dtype=torch.float64))
        self.register_buffer("whitening", torch.zeros(0, dtype=torch.float64))

    def fit(self, data: Data, run: Run) -> None:
        p = self.params
        d = torch.Size(self.shape).numel()
        if p.covariance == "full":
            within_budget(
                run, 3 * 8 * p.n_clusters * d * d, f"{p.n_clusters} full covariances of {d} features"
            )
        mixture = GaussianMixture(
            p.n_clusters,
            covariance_type=p.covariance,
            reg_covar=p.regularization,
            n_init=p.n_init,
            max_iter=p.max_iter,
            tol=p.tol,
            random_state=run.seed_for("gmm"),
        )
        x = samples(data, run).astype("float64")
        try:
            mixture.fit(x)
        except ValueError as error:
            raise InvalidData(f"A component shrank to a point; raise the regularization. {error}") from error
        run.check()
        self._keep(mixture, run)

    def embed(self, x: Tensor) -> Tensor:
        return x.flatten(1)

    def decode(self, z: Tensor) -> Tensor:
        return z.reshape(-1, *self.shape)

    def assign(self, z: Tensor) -> Tensor:
        """Responsibilities (b, k) of the components."""
        return self._log_joint(z.double()).softmax(dim=1).float()

    def _keep(self, mixture: GaussianMixture, run: Run) -> None:
        k, d = mixture.means_.shape
        factor = torch.as_tensor(mixture.precisions_cholesky_, device=run.device)
        if self.params.covariance == "tied":
            factor = factor.expand(k, d, d)
        if self.params.covariance == "spherical":
            factor = factor[:, None].expand(k, d)
        self.whitening = factor.contiguous()
        self.means = torch.as_tensor(mixture.means_, device=run.device)
        self.weights = torch.as_tensor(mixture.weights_, device=run.device)
        self.centers = tensor(mixture.means_, run)

    def _log_joint(self, z: Tensor) -> Tensor:
        """ln π_j + ln N(z; μ_j, Σ_j), (b, k)."""
        columns = []
        for mean, factor, weight in zip(self.means, self.whitening, self.weights, strict=True):
            full = factor.dim() == 2
            white = (z - mean) @ factor if full else (z - mean) * factor
            log_determinant = (factor.diagonal() if full else factor).log().sum()
            columns.append(weight.log() + log_determinant - white.square().sum(dim=1) / 2)
        return torch.stack(columns, dim=1) - z.shape[1] * math.log(2 * math.pi) / 2
