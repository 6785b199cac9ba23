"""What all methods are whose clusterings lie in subspaces of a rotated space."""

from collections.abc import Mapping
from functools import partial
from typing import Any, Generic, TypeVar

import torch
from torch import Tensor

from clustering.classical import tensor
from clustering.data import Data
from clustering.extras import Extra, Table
from clustering.methods.base import Clustering, Method
from clustering.params.base import MethodParams
from clustering.partition.distances import nearest
from clustering.partition.nonredundant import NonRedundant
from clustering.passes import in_blocks
from clustering.run import Run

R = TypeVar("R", bound=MethodParams)


class InSubspaces(Method[R], Generic[R]):
    """A method whose clusterings are each about some dimensions of a rotated embedding.

    Fitted and new samples alike are assigned to the nearest center within the clustering's own dimensions, or
    are outliers of it beyond its threshold.

    Args:
        params: the method's own.
        shape: of one sample as the method sees it.
        width: dimensions that are shared out.
    """

    rotation: Tensor
    """(d, d) V."""
    membership: Tensor
    """(S, d) 0 or 1: whose a dimension is; the space of noise, if there is one, is the last."""
    counts: Tensor
    """(S,) int64 clusters of each space."""
    stacked: Tensor
    """(Σ k_s, d) centers of all spaces, behind one another, in the embedding."""
    thresholds: Tensor
    """(S,) squared distance beyond which a sample is an outlier; inf without outliers."""
    figures: Tensor
    """(3,) float64: cost, iterations and description length of what was kept."""

    def __init__(self, params: R, shape: tuple[int, ...], width: int) -> None:
        super().__init__(params, shape)
        self.register_buffer("rotation", torch.eye(width))
        self.register_buffer("membership", torch.ones(1, width))
        self.register_buffer("counts", torch.ones(1, dtype=torch.int64))
        self.register_buffer("stacked", torch.zeros(1, width))
        self.register_buffer("thresholds", torch.full((1,), torch.inf))
        self.register_buffer("figures", torch.full((3,), torch.nan, dtype=torch.float64))

    def label(self, z: Tensor) -> Tensor:
        """Cluster (b,) of the main clustering."""
        return self._labels(z, self._clustered()[0])

    def clusterings(self, z: Tensor) -> list[Clustering]:
        """One of each space with several clusters; where there is none, the one cluster of all samples."""
        parts = self._centers()
        return [
            Clustering(
                labels=in_blocks(partial(self._labels, space=s), z),
                soft=None,
                centers=parts[s],
                weights=self.membership[s],
            )
            for s in self._clustered()
        ]

    def extras(self, data: Data, z: Tensor) -> Mapping[str, Extra]:  # noqa: ARG002
        """The rotation, whose each of its dimensions is, and the outliers of each space, noise included."""
        cost, iterations, mdl = self.figures.tolist()
        spaces: list[dict[str, Any]] = [
            {"n_clusters": k, "dimensions": row.nonzero().flatten().tolist()}
            for k, row in zip(self.counts.tolist(), self.membership, strict=True)
        ]
        told = {"spaces": spaces, "cost": cost, "iterations": int(iterations)}
        found: dict[str, Extra] = {"spaces": told if mdl != mdl else told | {"mdl_bits": mdl}}
        return {**found, **self._outliers(z), "rotation": self.rotation}

    def _outliers(self, z: Tensor) -> Mapping[str, Extra]:
        """A row for each sample and space that it is an outlier of, where outliers are told apart."""
        if not bool(self.thresholds.isfinite().any()):
            return {}
        parts = range(len(self.counts))
        far = torch.stack([in_blocks(partial(self._labels, space=s), z) < 0 for s in parts], dim=1)
        sample, space = far.nonzero().T.tolist()
        return {"outliers": Table({"sample": sample, "space": space})}

    def _clustered(self) -> list[int]:
        """The spaces with several clusters, else the only one."""
        return [s for s, k in enumerate(self.counts.tolist()) if k > 1] or [0]

    def _centers(self) -> tuple[Tensor, ...]:
        """(k_s, d) of each space."""
        return torch.split(self.stacked, self.counts.tolist())

    def _labels(self, z: Tensor, space: int) -> Tensor:
        own = self.membership[space] > 0
        centers = self._centers()[space][:, own]
        middle = centers.mean(dim=0)
        labels, distances = nearest(z[:, own] - middle, centers - middle)
        return torch.where(distances > self.thresholds[space], -1, labels)

    def keep(self, found: NonRedundant, run: Run) -> None:
        """Take over partitions of embeddings that are not rotated yet."""
        membership = torch.zeros(len(found.dimensions), len(found.rotation))
        for row, dimensions in zip(membership, found.dimensions, strict=True):
            row[dimensions] = 1
        self.rotation = tensor(found.rotation.numpy(), run)
        self.membership = membership.to(run.device)
        self.counts = torch.tensor(found.counts, device=run.device)
        self.stacked = tensor((torch.cat(found.centers) @ found.rotation).numpy(), run)
        self.thresholds = tensor(found.thresholds.numpy(), run)
        figures = [found.cost, float(found.iterations), found.mdl]
        self.figures = torch.tensor(figures, dtype=torch.float64, device=run.device)
