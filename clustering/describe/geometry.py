"""Where the samples lie among the centers of one clustering."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

from clustering.metrics.means import Floats, blocks, cluster_means, distances_to_own, sizes


@dataclass(frozen=True)
class Geometry:
    """Distances in a clustering's own space; nan where they are undefined."""

    z: Floats
    """(n, d) samples in that space."""
    labels: NDArray[np.int64]
    sizes: NDArray[np.int64]
    """(k,) members."""
    centers: NDArray[np.float64]
    """(k, d) the method's centers, else the members' means, in the clustering's own space."""
    embedded: NDArray[np.float64]
    """(k, d) the same in the embedding."""
    own: NDArray[np.float64]
    """(n,) distance to the own center."""
    other: NDArray[np.float64]
    """(n,) distance to the nearest other center of a cluster with members."""
    from_mean: NDArray[np.float64]
    """(n,) distance to the mean of the own cluster's members."""

    @property
    def margin(self) -> NDArray[np.float64]:
        """(n,) small at the border, negative beyond it."""
        return self.other - self.own

    @property
    def confidence(self) -> NDArray[np.float64]:
        """(n,) 1 - own / other in [0, 1]; 1 in the only cluster, 0 where both distances are 0."""
        ratio = np.divide(self.own, self.other, out=np.ones_like(self.own), where=self.other > 0)
        confidence: NDArray[np.float64] = np.clip(1 - ratio, 0, 1)
        return confidence

    def dispersion(self) -> NDArray[np.float64]:
        """(k,) root mean square distance of the members to the center."""
        inside = self.labels >= 0
        squares = np.bincount(self.labels[inside], self.own[inside] ** 2, minlength=len(self.sizes))
        unknown = np.full(len(self.sizes), np.nan)
        means = np.divide(squares, self.sizes, out=unknown, where=self.sizes > 0)
        return np.asarray(np.sqrt(means))

    def neighbors(self) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """(k,) the other cluster with the nearest center, and (k,) its distance, inf without one."""
        nearest = np.zeros(len(self.sizes), dtype=np.int64)
        distance = np.full(len(self.sizes), np.inf)
        for part in blocks(len(self.sizes), len(self.sizes)):
            apart = distances_to(self.centers[part], self.centers, self.sizes)
            rows = np.arange(len(apart))
            apart[rows, rows + part.start] = np.inf
            nearest[part] = apart.argmin(axis=1)
            distance[part] = apart[rows, nearest[part]]
        return nearest, distance

    def first(self, key: NDArray[np.float64], count: int) -> list[list[int]]:
        """Of each cluster, up to `count` members with the smallest key, smallest first."""
        members = np.flatnonzero(self.labels >= 0)
        order = members[np.lexsort((key[members], self.labels[members]))]
        stops = np.cumsum(self.sizes)
        starts = stops - self.sizes
        spans = zip(starts, np.minimum(stops, starts + count), strict=True)
        return [order[start:stop].tolist() for start, stop in spans]


def geometry(
    z: Floats,
    labels: NDArray[np.int64],
    k: int,
    centers: NDArray[np.floating] | None,
    *,
    stretch: NDArray[np.float32] | None = None,
) -> Geometry:
    """Measure one clustering of z (n, d) into k clusters, some of which may be empty.

    Args:
        z: embeddings.
        labels: (n,) clusters, -1 is an outlier.
        k: clusters.
        centers: (k, d) in the embedding; by default the members' means.
        stretch: (d,) factors that take the embedding to the space whose distances the clustering means.
    """
    count = sizes(labels, k)
    means = cluster_means(z, labels, k)
    embedded = means if centers is None else centers.astype(np.float64)
    kept = embedded
    if stretch is not None:
        z, means, kept = z * stretch, means * stretch, embedded * stretch
    return Geometry(
        z=z,
        labels=labels,
        sizes=count,
        centers=kept,
        embedded=embedded,
        own=distances_to_own(z, labels, kept),
        other=_to_others(z, labels, kept, count),
        from_mean=distances_to_own(z, labels, means),
    )


def distances_to(
    rows: NDArray[np.float64], centers: NDArray[np.float64], count: NDArray[np.int64]
) -> NDArray[np.float64]:
    """(b, k) distances of rows to centers; inf to clusters without members."""
    apart: NDArray[np.float64] = cdist(rows, centers)
    apart[:, count == 0] = np.inf
    return apart


def _to_others(
    z: Floats, labels: NDArray[np.int64], centers: NDArray[np.float64], count: NDArray[np.int64]
) -> NDArray[np.float64]:
    out = np.full(len(z), np.nan)
    for part in blocks(len(z), max(z.shape[1], len(centers))):
        inside = np.flatnonzero(labels[part] >= 0) + part.start
        apart = distances_to(z[inside].astype(np.float64), centers, count)
        apart[np.arange(len(inside)), labels[inside]] = np.inf
        out[inside] = apart.min(axis=1, initial=np.inf)
    return out
