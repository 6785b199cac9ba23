"""What non-redundant k-means is given and what it yields."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from clustering.partition.mdl import Coding


def _ignore(_: float) -> None:
    return None


@dataclass(frozen=True)
class Options:
    """How partitions are searched."""

    max_iter: int = 300
    """Iterations of one start."""
    coding: Coding | None = None
    """To tell outliers apart, and to prefer the start of least description length to that of least cost."""
    prune: bool = False
    """Whether clusters without samples and spaces without directions go; otherwise they stay, empty."""
    noise_by_mdl: bool = False
    """Whether description length says how many directions a space takes from the noise; needs the coding."""
    check: Callable[[float], None] = _ignore
    """Called in every iteration with the part of all starts that lies behind at most; may raise to stop."""

    @property
    def apart(self) -> bool:
        """Whether outliers are told apart."""
        return self.coding is not None and self.coding.outliers

    @property
    def noise_coding(self) -> Coding | None:
        """The coding, where it says how many directions are taken from the noise."""
        return self.coding if self.noise_by_mdl else None


@dataclass(frozen=True)
class Start:
    """Where a search begins."""

    rotation: Tensor
    """(d, d) orthogonal."""
    dimensions: Sequence[Tensor]
    """Of each space, its columns of the rotation."""
    centers: Sequence[Tensor]
    """Of each space, (k, d) in all dimensions of the samples."""


@dataclass(frozen=True)
class NonRedundant:
    """Partitions in disjoint subspaces of one rotation, on the device of the samples."""

    rotation: Tensor
    """(d, d) float64, orthogonal: x V are the coordinates that the spaces share out."""
    dimensions: tuple[Tensor, ...]
    """Of each space, the columns of the rotation that are its own; none of one that has lost them all."""
    labels: Tensor
    """(S, n) int64; -1 is an outlier in that space."""
    centers: tuple[Tensor, ...]
    """Of each space, (k_s, d) float64 means in the space of the samples, all dimensions."""
    thresholds: Tensor
    """(S,) float64 squared distances in the spaces beyond which a sample is an outlier; inf without them."""
    cost: float
    """Σ_s Σ_i ‖P_sᵀ Vᵀ (x_i - μ_s(i))‖² without outliers."""
    iterations: int
    mdl: float = math.nan
    """Bits of the model; nan without a coding."""
    space_mdl: tuple[float, ...] = ()
    """Bits of each space."""

    @property
    def counts(self) -> list[int]:
        """Clusters of each space."""
        return [len(centers) for centers in self.centers]

    @property
    def outliers(self) -> Tensor:
        """(S, n) bool."""
        return self.labels < 0

    @property
    def start(self) -> Start:
        """To go on from here."""
        return Start(self.rotation, self.dimensions, self.centers)

    def to(self, device: torch.device) -> "NonRedundant":
        """The same on a device."""
        return replace(
            self,
            rotation=self.rotation.to(device),
            dimensions=tuple(part.to(device) for part in self.dimensions),
            labels=self.labels.to(device),
            centers=tuple(part.to(device) for part in self.centers),
            thresholds=self.thresholds.to(device),
        )
