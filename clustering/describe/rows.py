"""What is stored of a result. Every value is JSON: finite, or None where it is undefined."""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clustering.describe.redundancy import Redundancy
from clustering.engine import Result
from clustering.extras import Table

WIDEST = 4096
"""Numbers of a vector that a row holds; what is wider is left to the files."""


@dataclass(frozen=True)
class Outputs:
    """What a caller wants beside labels and facts."""

    soft: bool = True
    embeddings: bool = True
    projection: Sequence[str] = ("pca", "heaviest")
    """Maps in two dimensions."""
    decoded: bool = True
    """Decoded centers, and of images the picture with prototypes."""
    model: bool = True
    typical: int = 10
    """Typical, boundary and confident members to list for each cluster."""


@dataclass(frozen=True)
class ClusterRow:
    """One cluster of a clustering."""

    index: int
    size: int
    share: float
    """Of all samples, noise included."""
    dispersion: float | None
    """Root mean square distance of the members to the center."""
    silhouette: float | None
    """Mean over the members, or over those drawn from a large data set."""
    nearest: dict[str, Any] | None
    """{"cluster", "distance"} of the other cluster whose center is nearest."""
    purity: dict[str, dict[str, Any]] | None
    """{label column: {"label", "value"}}: the most frequent true label and its share."""
    center: list[float] | None
    """(d,) in the embedding; None where it is wider than 4096 or the cluster never had members."""
    decoded: str | None
    """Artifact whose row `index` is the decoded center."""
    medoid: int | None
    """The member nearest to the mean of all members."""
    typical: list[int]
    """Members nearest to the center, nearest first."""
    boundary: list[int]
    """Members with the smallest margin to another center, smallest first."""
    confident: list[int]
    """Members with the largest soft assignment to the cluster, largest first; none without soft ones."""


@dataclass(frozen=True)
class ClusteringRow:
    """One clustering and its clusters."""

    index: int
    name: str
    n_clusters: int
    """Clusters with members."""
    n_outliers: int
    """Samples in no cluster, which its labels tell by -1."""
    weights: list[float] | None
    """(d,) how much each dimension of the embedding belongs to it; None where the method weighs none, or more
    than 4096."""
    n_dimensions: int | None
    """Dimensions of the embedding that this clustering leads; None where the method weighs none."""
    metrics: dict[str, float | None]
    agreement: dict[str, dict[str, float]]
    warnings: list[str]
    is_main: bool
    clusters: list[ClusterRow]


@dataclass(frozen=True)
class PerSample:
    """What one clustering says of each sample; nan for noise."""

    labels: NDArray[np.int64]
    """(n,)"""
    confidence: NDArray[np.float32]
    """(n,) soft assignment to the own cluster; without one 1 - d1 / d2, never below 0."""
    distance: NDArray[np.float32]
    """(n,) d1: to the own center, in the space that the clustering means."""
    margin: NDArray[np.float32]
    """(n,) d2 - d1: distance to the nearest other center less that to the own one."""
    soft: NDArray[np.float32] | None
    """(n, k)"""
    decoded: NDArray[np.float32] | None
    """(k, *shape) decoded centers as stored, channels last; nan for a cluster without a center."""
    heaviest: NDArray[np.float32] | None
    """(n, 2) the embedding along the two heaviest dimensions; None where the method weighs none."""


@dataclass(frozen=True, repr=False)
class Description:
    """All that is stored of a result."""

    result: Result
    x: NDArray[Any]
    """The samples as stored."""
    clusterings: list[ClusteringRow]
    per_sample: list[PerSample]
    """In the order of the clusterings."""
    projection: NDArray[np.float32] | None
    """(n, 2) first principal components of the embeddings."""
    extras: dict[str, NDArray[Any] | Table | dict[str, Any]]
    """What the method shows beside its clusterings, as files will hold it."""
    redundancy: Redundancy | None
    """Between the clusterings, where there are several."""
    summary: dict[str, Any]
    """n, clusterings, stages and of the main clustering n_clusters, n_outliers, sizes, metrics, agreement,
    warnings; of several `redundancy`, means over their pairs, and `matched`, a clustering for each column of
    true labels."""
    outputs: Outputs

    def rows(self) -> list[dict[str, Any]]:
        """The clusterings, each with its clusters, as JSON objects."""
        return [asdict(clustering) for clustering in self.clusterings]


@dataclass(frozen=True)
class FileEntry:
    """A file of the result."""

    name: str
    path: Path
    media_type: str


def finite(value: float) -> float | None:
    """The value as JSON has it: None where it is undefined."""
    return float(value) if math.isfinite(value) else None
