"""What all methods are that train many clusterings at once and keep them different."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Generic, TypeVar

import torch
from torch import Tensor, nn

from clustering.data import Data
from clustering.extras import Extra, HeatMap
from clustering.methods.base import Clustering
from clustering.methods.over_heads import OverHeads
from clustering.metrics.crossings import mean_of_pairs, nmi_of_pairs
from clustering.params.diversity import DiverseParams
from clustering.passes import embed_all, in_blocks
from clustering.run import Run
from clustering.stages.diversity import Control
from clustering.stages.merged import Merged
from clustering.stages.random_kmeans import SHARES, RandomKMeans

V = TypeVar("V", bound=DiverseParams)


class Diverse(OverHeads[V], Generic[V]):
    """DivClust over a method with heads: L = L_shared + 1/h Σ_i L_i + L_div.

    The result is one clustering, that of `single`, then the two other ways to a single one, a clustering of
    each head, and the consensus of each kind of k-means clusterings of the same embedding.

    Departs from the paper: the losses that heads are chosen by come from a pass at the end. Its consensus
    function (Zhou, Du, Li 2020) is replaced by `consensus.structured_bipartite`.
    """

    bound: Tensor
    """Scalar d on the similarity of two clusterings."""

    def __init__(self, params: V, shape: tuple[int, ...]) -> None:
        super().__init__(params, shape)
        h, k = params.heads, params.n_clusters
        self.register_buffer("bound", torch.ones(()))
        self.of_all, self.of_best = Merged(h, k), Merged(min(h, params.consensus_heads), k)
        names = SHARES if params.baselines else ()
        self.baselines = nn.ModuleDict({name: RandomKMeans(h, k, self.features.width) for name in names})

    def control(self) -> Control:
        return Control(self.params, self.bound)

    def fit(self, data: Data, run: Run) -> None:
        super().fit(data, run)
        z = embed_all(run, self, data)
        labels = self.labels_of_heads(z)
        self.of_all.learn(labels, run.seed_for("consensus"))
        self.of_best.learn(labels[self.best], run.seed_for("consensus"))
        for name, baseline in self.baselines.items():
            if isinstance(baseline, RandomKMeans):
                baseline.learn(run, z, name)

    @property
    def best(self) -> Tensor:
        """Positions of the heads of lowest loss that C merges."""
        return self.losses.argsort(stable=True)[: len(self.of_best.votes)]

    def labels_of_heads(self, z: Tensor) -> Tensor:
        """(h, n) int64 clusters of embeddings (n, d)."""
        return in_blocks(lambda rows: self.heads(rows).argmax(dim=2).T, z).T

    def clusterings(self, z: Tensor) -> list[Clustering]:
        heads = self.by_heads(z)
        labels = self.labels_of_heads(z)
        single = {
            "A": replace(heads[0], name="A: head of lowest loss"),
            "B": Clustering(self.of_all(labels), None, None, name="B: consensus of all heads"),
            "C": Clustering(self.of_best(labels[self.best]), None, None, name="C: consensus of best heads"),
        }
        main = single.pop(self.params.single)
        others = [heads[place] for place in self.losses.argsort(stable=True).argsort().tolist()]
        baselines = [
            Clustering(in_blocks(baseline, z), None, None, name=name)
            for name, baseline in self.baselines.items()
        ]
        return [main, *single.values(), *others, *baselines]

    def extras(self, data: Data, z: Tensor) -> Mapping[str, Extra]:
        """How far the heads agree, as a table of numbers and as a picture, beside what each of them is."""
        nmi = nmi_of_pairs(self.labels_of_heads(z), self.params.n_clusters)
        names = [f"head {head + 1}" for head in range(len(nmi))]
        told: dict[str, Any] = {
            "target": self.params.target,
            "agreement": float(mean_of_pairs(nmi)),
            "bound": float(self.bound),
            "merged_by_C": [names[head] for head in self.best.tolist()],
            "heads": names,
            "nmi": nmi.tolist(),
        }
        return {**super().extras(data, z), "diversity": told, "heads-nmi": HeatMap(nmi)}
