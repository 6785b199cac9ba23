"""The clusters that a method expects its samples to be in, found anew while it trains."""

import math
from typing import Protocol, TypedDict

import torch
from torch import Tensor

from clustering.data import Data
from clustering.metrics.agreement import label_change
from clustering.params.prototypes import PrototypeParams
from clustering.partition.kmeans import KMeans
from clustering.partition.spherical import spherical_kmeans
from clustering.passes import embed_all
from clustering.run import Run
from clustering.train import Epoch

MOST_SCORED = 1000
"""Samples that a score is told of."""


class Expecting(Protocol):
    """The part of a method whose embeddings are clustered."""

    @property
    def params(self) -> PrototypeParams: ...
    def embed(self, x: Tensor) -> Tensor: ...


class Expected(TypedDict):
    """What an expectation remembers."""

    labels: Tensor | None
    """(n,) clusters of all samples."""


class Expectation:
    """The E-step: spherical k-means of all embeddings, at the start of every `reassign_every`-th epoch.

    Each time it records

    - `label_change`: 1 - NMI between the clusters before and now; none at the first time;
    - `empty`: clusters without samples, which fewer distinct embeddings than clusters leave behind;
    - `spread`: √d times the mean standard deviation of a dimension of the embeddings; near 1 where they
      spread over the whole sphere, 0 where they collapsed into one point;
    - what the run's `score` says of at most 1,000 random samples, the same each time; figures that are not
      finite are left out.

    Source:
        Huang et al. 2023 (ProPos), section on the EM framework; Zhang, Huang (DigPro), algorithm 1. The
        deviation against 1/√d is a common check for collapse (Chen, He 2021, section 4.1).
    """

    def __init__(self, run: Run, method: Expecting, data: Data) -> None:
        self.run, self.method, self.data = run, method, data
        generator = torch.Generator().manual_seed(run.seed_for("scored"))
        self.index = torch.randperm(data.n, generator=generator)[:MOST_SCORED].sort().values
        self._expected = Expected(labels=None)

    def renew(self, epoch: Epoch) -> Tensor:
        """Clusters (n,) of all samples for this epoch; call it at its start.

        Raises:
            Diverged: not all embeddings are finite.
            Cancelled: the run was told to stop at once.
        """
        labels, params = self._expected["labels"], self.method.params
        if labels is not None and (epoch.number - 1) % params.reassign_every:
            return labels
        z = embed_all(self.run, self.method, self.data)
        found = clusters_of(self.run, z, params, epoch.number)
        epoch.record(empty=float(found.empty), spread=spread(z))
        self._compare(epoch, z, labels, found.labels)
        self._expected["labels"] = found.labels
        return found.labels

    def _compare(self, epoch: Epoch, z: Tensor, before: Tensor | None, now: Tensor) -> None:
        figures = {}
        if before is not None:
            figures["label_change"] = label_change(before.cpu().numpy(), now.cpu().numpy())
        if self.run.score is not None:
            rows = self.index.to(z.device)
            figures |= self.run.score(self.index.clone(), now[rows].cpu(), z[rows].float().cpu())
        epoch.record(**{name: value for name, value in figures.items() if math.isfinite(value)})

    def state_dict(self) -> Expected:
        """What a resumed run goes on from."""
        return self._expected

    def load_state_dict(self, state_dict: Expected, /) -> None:
        """Go on from a state."""
        labels = state_dict["labels"]
        self._expected = Expected(labels=None if labels is None else labels.to(self.data.device))


def clusters_of(run: Run, z: Tensor, params: PrototypeParams, epoch: int, *, k: int | None = None) -> KMeans:
    """The clusters of all embeddings (n, d) at the start of an epoch: k, or as many as the params ask for."""
    generator = torch.Generator().manual_seed(run.seed_for("expectation", epoch))
    return spherical_kmeans(z, k or params.n_clusters, generator=generator, n_init=params.n_init)


def spread(z: Tensor) -> Tensor:
    """√d times the mean standard deviation of the dimensions of embeddings (n, d)."""
    deviation: Tensor = z.std(dim=0, correction=0).mean() * math.sqrt(z.shape[1])
    return deviation
