"""Clustering by non-negative matrix factorization."""

import torch
from sklearn.decomposition import NMF
from torch import Tensor

from clustering.classical import samples, tensor
from clustering.data import Data
from clustering.errors import InvalidData
from clustering.methods.base import Method
from clustering.params.nmf import NmfParams
from clustering.run import Run

_SWEEPS = 100


class Nmf(Method[NmfParams]):
    """scikit-learn's factorization X ≈ W H; hears a cancel before and after it, not within.

    Rows of H have unit length, so that the weights W of a sample compare; they are its embedding.
    """

    parts: Tensor
    """(k, d) H, each row of unit length."""

    def __init__(self, params: NmfParams, shape: tuple[int, ...]) -> None:
        super().__init__(params, shape)
        self.register_buffer("parts", torch.zeros(params.n_clusters, torch.Size(shape).numel()))

    def fit(self, data: Data, run: Run) -> None:
        p = self.params
        x = samples(data, run)
        if (least := float(x.min())) < 0:
            raise InvalidData(
                f"NMF needs inputs of at least 0; the least met is {least:.4g}. Try scale 'unit'."
            )
        factors = NMF(
            p.n_clusters,
            init="random" if p.n_clusters > min(x.shape) else None if p.init == "auto" else p.init,
            max_iter=p.max_iter,
            tol=p.tol,
            random_state=run.seed_for("nmf"),
        ).fit(x)
        run.check()
        parts = tensor(factors.components_, run)
        self.parts = parts / parts.norm(dim=1, keepdim=True).clamp_min(1e-12)

    def embed(self, x: Tensor) -> Tensor:
        """Weights (b, k) of the parts: least squares ‖x - w H‖² over w ≥ 0, by coordinate descent.

        Source:
            Cichocki, Phan 2009 (HALS); every sample on its own, so that a sample's weights never depend on
            the others'.
        """
        toward, gram = x.flatten(1) @ self.parts.T, self.parts @ self.parts.T
        w = toward.clamp_min(0)
        for _ in range(_SWEEPS):
            for j in range(len(gram)):
                w[:, j] = (w[:, j] + toward[:, j] - w @ gram[j]).clamp_min(0)
        return w

    def assign(self, z: Tensor) -> Tensor:
        """Shares (b, k) of the parts; even where a sample has none."""
        total = z.sum(dim=1, keepdim=True)
        return torch.where(total > 0, z / total.clamp_min(1e-30), 1 / z.shape[1])

    def decode(self, z: Tensor) -> Tensor:
        return (z @ self.parts).reshape(-1, *self.shape)
