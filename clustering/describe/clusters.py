"""The facts of every cluster, as rows."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from clustering.describe.geometry import Geometry
from clustering.describe.listed import Listed
from clustering.describe.rows import WIDEST, ClusterRow, finite


def cluster_rows(
    space: Geometry,
    *,
    silhouette: NDArray[np.float64],
    purity: list[dict[str, dict[str, Any]] | None],
    decoded: str | None,
    members: Listed,
) -> list[ClusterRow]:
    """One row a cluster, empty ones included.

    Args:
        space: where the samples lie.
        silhouette: (k,) mean of each cluster, nan where unknown.
        purity: of each cluster, against the true labels.
        decoded: artifact with the decoded centers.
        members: that stand for each cluster.
    """
    dispersion, centers = space.dispersion(), _centers(space)
    nearest = _nearest(space)
    return [
        ClusterRow(
            index=j,
            size=int(space.sizes[j]),
            share=float(space.sizes[j] / len(space.labels)),
            dispersion=finite(dispersion[j]),
            silhouette=finite(silhouette[j]),
            nearest=nearest[j],
            purity=purity[j],
            center=centers[j],
            decoded=decoded if np.isfinite(space.embedded[j]).all() else None,
            medoid=members.medoid[j][0] if members.medoid[j] else None,
            typical=members.typical[j],
            boundary=members.boundary[j],
            confident=members.confident[j],
        )
        for j in range(len(space.sizes))
    ]


def _centers(space: Geometry) -> list[list[float] | None]:
    if space.embedded.shape[1] > WIDEST:
        return [None] * len(space.embedded)
    return [center.tolist() if np.isfinite(center).all() else None for center in space.embedded]


def _nearest(space: Geometry) -> list[dict[str, Any] | None]:
    index, distance = space.neighbors()
    return [
        {"cluster": int(other), "distance": float(apart)} if np.isfinite(apart) else None
        for other, apart in zip(index, distance, strict=True)
    ]
