"""Deep Clustering via Ensembles."""

from collections.abc import Mapping
from math import inf
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.sparse import csr_array
from torch import Tensor, nn

from clustering.consensus.account import account
from clustering.consensus.ensemble import Ensemble
from clustering.consensus.lwgp import weighted_cut
from clustering.consensus.transfer_cut import Cut
from clustering.data import Data
from clustering.extras import Extra
from clustering.methods.base import Method
from clustering.methods.contrasting import Contrasting
from clustering.params.contrasting import ContrastingParams
from clustering.params.deepclue import DeepCluEParams
from clustering.partition.by_kmeans import ByKMeans
from clustering.partition.uspec.clusterer import Settings, USpec
from clustering.run import Run
from clustering.stages.base_clusterings import Base, cluster_all
from clustering.stages.layers import all_layers, hidden_of_head, hidden_of_projector, spread_out
from clustering.stages.reduction import Reduction
from clustering.train import epochs

THETA = 1.0
N_INIT, MAX_ITER = 1, 5
"""Of the k-means that ends a base clustering by U-SPEC, as in its code for ensembles."""


class DeepCluE(Method[DeepCluEParams]):
    """Train as CC does, cluster several layers several times, and merge by a weighted transfer cut.

    An epoch of the stage "base" makes the base clusterings of a layer. The embedding is that of the cut: a
    sample's place follows from its clusters in all base clusterings, those of a new one by its nearest
    representatives in each.

    Departs from the paper, which does not name its three layers of the backbone: the feature maps of the two
    deepest stages, averaged to a few places, and the features that follow.
    """

    centers: Tensor
    """(k, c) in the embedding, float64."""
    base: Tensor
    """(M, n) int32 base clusterings of the samples fitted."""
    weights: Tensor
    """(q,) float64 how sure each of their clusters is, in the order of the clusterings."""
    vectors: Tensor
    """(q, c) float64 coordinates of the clusters in the cut."""

    def __init__(self, params: DeepCluEParams, shape: tuple[int, ...]) -> None:
        super().__init__(params, shape)
        self.trained: Contrasting[ContrastingParams] = Contrasting(params, shape)
        self.layers = params.chosen_layers
        self.reductions = nn.ModuleList(Reduction() for _ in self.layers)
        count = len(self.layers) * params.base_clusterings
        self.clusterers = nn.ModuleList(self._clusterer() for _ in range(count))
        self.register_buffer("base", torch.zeros(count, 0, dtype=torch.int32))
        for name in ("weights", "vectors", "centers"):
            self.register_buffer(name, torch.zeros(0, dtype=torch.float64))

    def _clusterer(self) -> USpec | ByKMeans:
        if self.params.base_method == "kmeans":
            return ByKMeans()
        return USpec(Settings(neighbors=self.params.neighbors, n_init=N_INIT, max_iter=MAX_ITER))

    def stages(self) -> dict[str, int]:
        return self.trained.stages() | {"base": len(self.layers), "consensus": 1}

    def adopt(self, trained: Method[Any]) -> None:
        self.trained.load_state_dict(trained.state_dict())

    def fit(self, data: Data, run: Run) -> None:
        self.trained.fit(data, run)
        self.eval()
        self._cluster_layers(data, run)
        for epoch in epochs(run, "consensus", 1):
            epoch.reach(0)
            ensemble = self.ensemble
            k = min(self.params.n_clusters, len(ensemble.rows.sizes))
            theta = THETA if self.params.weighted else inf
            found = weighted_cut(ensemble, k, theta=theta, seed=run.seed_for("consensus"))
            self.weights, self.vectors, self.centers = (
                torch.from_numpy(array).to(run.device)
                for array in (found.weights, found.cut.vectors, found.cut.centers)
            )
            epoch.reach(1)

    def _cluster_layers(self, data: Data, run: Run) -> None:
        """The base clusterings of each layer; layers whose clusterings a checkpoint holds are left out."""
        p, features = self.params, dict[str, Tensor]()
        if self.base.shape[1] != data.n:
            self.base = self.base.new_zeros(len(self.base), data.n)
        for epoch in epochs(run, "base", len(self.layers)):
            features = features or all_layers(
                run, data, self.layers_of, chosen=self.layers, size=p.batch_size
            )
            layer = epoch.number - 1
            reduction, own = self._of_layer(layer)
            z = features[self.layers[layer]]
            reduction.learn(z, p.pca_dim)
            fewest, most = p.base_range(data.n)
            drawn = np.random.default_rng(run.seed_for("base clusters", layer))
            bases = [
                Base(self.clusterer(i), int(drawn.integers(fewest, most + 1)), run.seed_for("base", i))
                for i in own
            ]
            found = cluster_all(epoch, reduction(z), bases, p.count_representatives(data.n))
            self.base[own.start : own.stop] = torch.from_numpy(found).to(self.base)

    def _of_layer(self, layer: int) -> tuple[Reduction, range]:
        """The reduction of a layer, and the places of its base clusterings."""
        each = self.params.base_clusterings
        return cast(Reduction, self.reductions[layer]), range(layer * each, (layer + 1) * each)

    def clusterer(self, i: int) -> USpec | ByKMeans:
        """That of a base clustering."""
        return cast(USpec | ByKMeans, self.clusterers[i])

    @property
    def ensemble(self) -> Ensemble:
        """The base clusterings of the samples fitted, named by layer and number."""
        each = range(1, self.params.base_clusterings + 1)
        names = [f"{layer}/{i}" for layer in self.layers for i in each]
        return Ensemble.of(self.base.cpu().numpy(), names, fewest=1)

    def layers_of(self, x: Tensor) -> dict[str, Tensor]:
        """All layers (b, width) of samples (b, *shape), by name."""
        trained = self.trained
        maps, features = trained.features.with_maps(x)
        head = int(trained.losses.argmin())
        behind = {
            "stage": [spread_out(each, self.params.grid) for each in maps],
            "projector": hidden_of_projector(trained.projector, features),
            "head": hidden_of_head(trained.heads, features, head),
        }
        named = {f"{part}{i}": each for part, found in behind.items() for i, each in enumerate(found, 1)}
        return named | {"features": features}

    def embed(self, x: Tensor) -> Tensor:
        coordinates = self._cut.place(self._edges(self.bases_of(x)))
        return torch.from_numpy(coordinates).to(x.device, torch.float32)

    @torch.no_grad()
    def bases_of(self, x: Tensor) -> NDArray[np.int64]:
        """Clusters (b, M) of samples (b, *shape) in every base clustering."""
        layers, found = self.layers_of(x), []
        for layer, name in enumerate(self.layers):
            reduction, own = self._of_layer(layer)
            z = reduction(layers[name]).detach()
            found += [self.clusterer(i).label(z) for i in own]
        return np.stack(found, axis=1)

    def label(self, z: Tensor) -> Tensor:
        return torch.from_numpy(self._cut.label(z.double().cpu().numpy())).to(z.device)

    @property
    def _cut(self) -> Cut:
        vectors, centers = self.vectors.cpu().numpy(), self.centers.cpu().numpy()
        return Cut(np.zeros(0), vectors, centers)

    def _edges(self, labels: NDArray[np.int64]) -> csr_array:
        """(b, q) weighted edges of samples with base clusters (b, M); to clusters without samples, none."""
        counts = self.base.max(dim=1).values.cpu().numpy() + 1
        sample, member = np.nonzero(labels < counts)
        column = (np.cumsum(counts) - counts)[member] + labels[sample, member]
        weights = self.weights.cpu().numpy()
        return csr_array((weights[column], (sample, column)), shape=(len(labels), len(weights)))

    def extras(self, data: Data, z: Tensor) -> Mapping[str, Extra]:  # noqa: ARG002
        """Base clusters of the samples, and what the base clusterings, as fitted, weigh and agree."""
        fitted = self.base.T.cpu().numpy().astype(np.int64)
        merged = self._cut.label(self._cut.place(self._edges(fitted)))
        told = account(self.ensemble, self.weights.cpu().numpy(), merged, groups=self.layers)
        base = np.concatenate([self.bases_of(x) for x in data.blocks(self.params.batch_size)])
        return told | {"base-labels": torch.from_numpy(base).int()}
