"""Autoencoder, then any clusterer of vectors."""

from collections.abc import Mapping
from dataclasses import dataclass

from torch import Tensor

import clustering.methods as registry
from clustering.data import Data
from clustering.extras import Extra
from clustering.methods.base import Clustering
from clustering.methods.members import inside
from clustering.methods.over_network import OverNetwork
from clustering.nets import Net
from clustering.params.ae_clusterer import AEClustererParams
from clustering.passes import embed_all
from clustering.run import Run
from clustering.stages.pretraining import pretrain


@dataclass(frozen=True)
class _Code:
    """The network's code, whatever the clusterer makes of it."""

    net: Net

    def embed(self, x: Tensor) -> Tensor:
        return self.net.encode(x)


class AEClusterer(OverNetwork[AEClustererParams]):
    """Reconstruct, then fit the clusterer to the code as it is; how that embeds the code is the embedding.

    The clusterer hears a cancel where it does by itself, and begins anew in a resumed run.
    """

    def __init__(self, params: AEClustererParams, shape: tuple[int, ...]) -> None:
        super().__init__(params, shape)
        self.clusterer = registry.build(params.clusterer.parsed(), (params.embedding_dim,))

    def stages(self) -> dict[str, int]:
        return self.params.pretrain_stages

    def fit(self, data: Data, run: Run) -> None:
        pretrain(run, self.net, data, self.params)
        self.eval()
        code = embed_all(run, _Code(self.net), data).cpu().numpy()
        self.clusterer.fit(Data.of(code, scale="none", device=run.device), inside(run, "clusterer"))

    def embed(self, x: Tensor) -> Tensor:
        return self.clusterer.embed(super().embed(x))

    def decode(self, z: Tensor) -> Tensor:
        return super().decode(self.clusterer.decode(z))

    def assign(self, z: Tensor) -> Tensor:
        return self.clusterer.assign(z)

    def label(self, z: Tensor) -> Tensor:
        return self.clusterer.label(z)

    def clusterings(self, z: Tensor) -> list[Clustering]:
        return self.clusterer.clusterings(z)

    def extras(self, data: Data, z: Tensor) -> Mapping[str, Extra]:
        return self.clusterer.extras(data, z)
