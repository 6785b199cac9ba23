"""Describing a result in rows and numbers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from clustering.describe.clusters import cluster_rows
from clustering.describe.extras import shown
from clustering.describe.geometry import Geometry, geometry
from clustering.describe.listed import listed
from clustering.describe.redundancy import Redundancy, redundancy
from clustering.describe.remarks import remarks, unlearned
from clustering.describe.rows import (
    WIDEST,
    ClusteringRow,
    ClusterRow,
    Description,
    Outputs,
    PerSample,
    finite,
)
from clustering.describe.samples import decoded_centers, per_sample
from clustering.describe.subspaces import heaviest, led, stretch
from clustering.describe.truth import Truth
from clustering.engine import Result
from clustering.methods import Clustering
from clustering.metrics.means import Floats, sizes
from clustering.metrics.structure import calinski_harabasz, davies_bouldin, silhouettes
from clustering.run import Metrics

SKETCHED = 16
"""Directions that a randomized search of principal components follows; exact up to as many dimensions."""
MARKS = frozenset({"reset"})
"""Values of an epoch that mark where something happened and measure nothing."""


def describe(
    result: Result,
    x: NDArray[Any],
    label_columns: Mapping[str, NDArray[np.int64]] | None = None,
    *,
    label_names: Mapping[str, Sequence[str]] | None = None,
    outputs: Outputs | None = None,
) -> Description:
    """Describe what a fit has found.

    Silhouettes above 10,000 samples are those of a sample, drawn the same way each time.

    Args:
        result: of `engine.fit`.
        x: the samples as stored, vectors (n, d) or images (n, h, w, c).
        label_columns: true labels (n,) by column, to compare with.
        label_names: of each column, the names of its codes.
        outputs: what is wanted beside labels and facts.

    Raises:
        InvalidData: a label column with another number of samples.
    """
    outputs = outputs or Outputs()
    z = result.embeddings.numpy()
    truth = Truth(label_columns or {}, label_names or {}, len(z))
    rows: list[ClusteringRow] = []
    samples: list[PerSample] = []
    for clustering, leads in zip(result.clusterings, led(result.clusterings), strict=True):
        space = _geometry(z, clustering, result)
        decoded = decoded_centers(result, space, x) if outputs.decoded else None
        plot = heaviest(clustering, z) if "heaviest" in outputs.projection else None
        samples.append(per_sample(clustering, space, decoded=decoded, heaviest=plot))
        artifact = None if decoded is None else f"decoded-{len(rows)}.npy"
        members = listed(space, samples[-1], outputs.typical)
        facts = partial(cluster_rows, space, decoded=artifact, members=members)
        row = _row(space, truth, index=len(rows), facts=facts)
        told = [*row.warnings, *unlearned(result.curves)]
        rows.append(replace(row, n_dimensions=leads, warnings=told, **_identity(clustering)))
    labelings = [each.labels for each in samples]
    between = redundancy([row.name for row in rows], labelings)
    return Description(
        result=result,
        x=x,
        clusterings=rows,
        per_sample=samples,
        projection=_projection(z) if "pca" in outputs.projection else None,
        extras=shown(result, x, decoded=outputs.decoded),
        redundancy=between,
        summary=_summary(result, rows) | _several(rows, between, truth.matched(labelings)),
        outputs=outputs,
    )


def _several(
    rows: list[ClusteringRow], between: Redundancy | None, matched: dict[str, dict[str, Any]]
) -> dict[str, Any]:
    """What several clusterings share; one of a single cluster, such as a space of noise, shares nothing."""
    if between is None:
        return {}
    means = between.means([row.index for row in rows if row.n_clusters > 1])
    return {"redundancy": means, "matched": matched}


def _geometry(z: Floats, clustering: Clustering, result: Result) -> Geometry:
    """Over as many clusters as the params, the soft assignments, the centers or the labels have."""
    labels = clustering.labels.numpy()
    centers = None if clustering.centers is None else clustering.centers.numpy()
    widths = [int(labels.max(initial=-1)) + 1]
    widths += [part.shape[1] for part in [clustering.soft] if part is not None]
    if centers is not None:
        widths.append(len(centers))
    elif len(result.clusterings) == 1:
        asked = getattr(result.method.params, "n_clusters", 0)
        widths.append(asked if isinstance(asked, int) else 0)
    return geometry(z, labels, max(widths), centers, stretch=stretch(clustering))


def _identity(clustering: Clustering) -> dict[str, Any]:
    """Name and weights, as far as the method tells them."""
    told: dict[str, Any] = {}
    if clustering.name is not None:
        told["name"] = clustering.name
    if clustering.weights is not None and len(clustering.weights) <= WIDEST:
        told["weights"] = clustering.weights.tolist()
    return told


def _row(
    space: Geometry, truth: Truth, *, index: int, facts: Callable[..., list[ClusterRow]]
) -> ClusteringRow:
    z, labels, k = space.z, space.labels, len(space.sizes)
    drawn, values = silhouettes(z, labels)
    count = sizes(labels[drawn], k)
    total = np.bincount(labels[drawn], values, minlength=k)
    silhouette = np.divide(total, count, out=np.full(k, np.nan), where=count > 0)
    return ClusteringRow(
        index=index,
        name="main" if index == 0 else f"clustering {index}",
        n_clusters=int((space.sizes > 0).sum()),
        n_outliers=int((labels < 0).sum()),
        weights=None,
        n_dimensions=None,
        metrics={
            "silhouette": float(values.mean()) if len(values) else None,
            "davies_bouldin": finite(davies_bouldin(z, labels)),
            "calinski_harabasz": finite(calinski_harabasz(z, labels)),
        },
        agreement=truth.agreement(labels),
        warnings=remarks(labels, space.sizes),
        is_main=index == 0,
        clusters=facts(silhouette=silhouette, purity=truth.purities(labels, k)),
    )


def _projection(z: Floats) -> NDArray[np.float32]:
    """(n, 2) on the first principal components; what embeddings lack in width is 0."""
    if not np.ptp(z, axis=0).any():
        return np.zeros((len(z), 2), dtype=np.float32)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        axes = torch.pca_lowrank(torch.from_numpy(z), q=min(SKETCHED, *z.shape), niter=4)[2][:, :2]
    largest = axes.gather(0, axes.abs().argmax(dim=0, keepdim=True))
    flat = ((z - z.mean(axis=0)) @ (axes * largest.sign()).numpy()).astype(np.float32)
    return np.pad(flat, ((0, 0), (0, 2 - flat.shape[1])))


def _figures(point: Metrics) -> dict[str, float]:
    return {name: value for name, value in point.values.items() if name not in MARKS}


def _summary(result: Result, rows: list[ClusteringRow]) -> dict[str, Any]:
    """The main clustering in short; without one only what the curves end with."""
    last = {point.stage: {"epochs": point.epoch, **_figures(point)} for point in result.curves}
    summary: dict[str, Any] = {"n": len(result.embeddings), "clusterings": len(rows), "stages": last}
    if rows:
        main = rows[0]
        summary |= {
            "n_clusters": main.n_clusters,
            "n_outliers": main.n_outliers,
            "sizes": [cluster.size for cluster in main.clusters],
            "metrics": main.metrics,
            "agreement": main.agreement,
            "warnings": main.warnings,
        }
    return summary
