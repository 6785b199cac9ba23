"""Ultra-scalable spectral clustering."""

from collections.abc import Mapping
from math import prod

import torch
from torch import Tensor

from clustering.classical import within_budget
from clustering.data import Data
from clustering.extras import Extra
from clustering.methods.base import Clustering, Method
from clustering.params.uspec import USpecParams
from clustering.partition.uspec.clusterer import Settings, USpec
from clustering.passes import embed_all
from clustering.run import Run
from clustering.train import epochs


class USpecMethod(Method[USpecParams]):
    """Choose representatives, join each sample to the nearest of them, cut the graph of both.

    A new sample goes where its nearest representatives lie in the cut, as a fitted one does.

    Departs from the paper: small sets have a representative for four samples, and up to fifty million
    distances are all computed.
    """

    def __init__(self, params: USpecParams, shape: tuple[int, ...]) -> None:
        super().__init__(params, shape)
        exact = None if params.search == "auto" else params.search == "exact"
        self.clusterer = USpec(
            Settings(
                candidates=params.candidates,
                neighbors=params.neighbors,
                exact=exact,
                exact_scale=params.exact_scale,
                n_init=params.n_init,
                max_iter=params.max_iter,
            )
        )

    def stages(self) -> dict[str, int]:
        return {"represent": 1, "cut": 1}

    def fit(self, data: Data, run: Run) -> None:
        p = self.params
        within_budget(run, 8 * data.n * prod(data.shape), f"{data.n} samples of {prod(data.shape)} features")
        z = embed_all(run, self, data)
        for epoch in epochs(run, "represent", 1):
            generator = torch.Generator().manual_seed(run.seed_for("represent"))
            self.clusterer.represent(z, p.count(data.n), generator=generator, reach=epoch.reach)
        for epoch in epochs(run, "cut", 1):
            self.clusterer.cut(z, p.n_clusters, seed=run.seed_for("cut"), reach=epoch.reach)

    def embed(self, x: Tensor) -> Tensor:
        return x.flatten(1)

    def decode(self, z: Tensor) -> Tensor:
        return z.reshape(-1, *self.shape)

    def label(self, z: Tensor) -> Tensor:
        return torch.from_numpy(self.clusterer.label(z)).to(z.device)

    def clusterings(self, z: Tensor) -> list[Clustering]:
        return [Clustering(self.label(z), None, None)]

    def extras(self, data: Data, z: Tensor) -> Mapping[str, Extra]:  # noqa: ARG002
        """What the cut tells of the number of clusters: a gap between eigenvalues, best behind as many."""
        found = self.clusterer
        return {
            "spectrum": {
                "eigenvalues": found.gamma.tolist(),
                "sigma": float(found.sigma),
                "representatives": len(found.search.representatives),
            }
        }
