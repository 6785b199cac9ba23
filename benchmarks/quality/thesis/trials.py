"""One fit and its score, in a process with one thread."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.quality import fits
from benchmarks.quality.fits import Fit, Net
from benchmarks.quality.thesis.data import DATA, Mixed
from clustering import engine
from clustering.extras import Table
from clustering.metrics.between import matched_nmi

OF_CLUSTERS = 0.6
"""Weight from which on a dimension counts to the cluster space: T of A.2's main result."""


def train(net: Net, folder: Path) -> dict[str, Any]:
    """Train the autoencoder that the cells of a data set and seed share."""
    return fits.train(net, DATA[net.dataset], folder)


def score(fit: Fit, folder: Path) -> dict[str, Any]:
    """Fit and compare: NMI in [0, 1] of each true labeling and the clustering that is matched to it."""
    data = DATA[fit.dataset]()
    truths, modalities = data.labels, data.modalities if isinstance(data, Mixed) else None
    result, about = fits.fitted(fit, data.x, folder, modalities=modalities)
    found = [clustering.labels.numpy() for clustering in result.clusterings]
    planted = np.any([truth < 0 for truth in truths.values()], axis=0)
    return {**about, **measures(found, truths), **flagged(apart(result), planted), **told(result)}


def measures(found: Sequence[NDArray[np.int64]], truths: Mapping[str, NDArray[np.int64]]) -> dict[str, Any]:
    """Matched NMI of each true labeling, their mean, and the clusters of each clustering without outliers.

    Samples that were planted and have no true labels do not count for the NMI.
    """
    own = np.all([truth >= 0 for truth in truths.values()], axis=0)
    values = matched_nmi([labels[own] for labels in found], [truth[own] for truth in truths.values()])[1]
    missing = [0.0 if np.isnan(value) else float(value) for value in values]
    clusters = sorted((len(set(labels.tolist()) - {-1}) for labels in found), reverse=True)
    return {
        "nmi": dict(zip(truths, missing, strict=True)),
        "mean_nmi": float(np.mean(missing)),
        "clusters": clusters,
    }


def apart(result: engine.Result) -> NDArray[np.bool_]:
    """Which samples are outliers of some clustering, or of the space of noise where a method tells those."""
    far = np.any([clustering.labels.numpy() < 0 for clustering in result.clusterings], axis=0)
    told = result.extras.get("outliers")
    if isinstance(told, Table):
        far[np.asarray(told.columns["sample"], dtype=np.int64)] = True
    return np.asarray(far)


def flagged(far: NDArray[np.bool_], planted: NDArray[np.bool_]) -> dict[str, float]:
    """The shares of planted (n,) and of all other samples that are outliers; none if none is planted."""
    if not planted.any():
        return {}
    return {"flagged": float(far[planted].mean()), "false_flags": float(far[~planted].mean())}


def told(result: engine.Result) -> dict[str, Any]:
    """Clusters of each space, one of noise included; ACe/DeC's dimensions; the agreement of an ensemble.

    Of views, their cosine and what of the codes still tells samples apart.
    """
    found: dict[str, Any] = {}
    spaces = result.extras.get("spaces")
    if isinstance(spaces, dict):
        found["clusters"] = sorted((space["n_clusters"] for space in spaces["spaces"]), reverse=True)
    weights = result.clusterings[0].weights
    if result.method.params.method == "acedec" and weights is not None:
        found["dimensions"] = int((weights > OF_CLUSTERS).sum())
    if "agreement" in result.extras:
        found["agreement"] = result.extras["agreement"]["mean"]
    if "selection" in result.extras:
        found["before"], after = result.extras["selection"]["before"], result.extras["selection"]["after"]
        found |= {"cosine": after["cosine"], "spread": after["spread"]}
    return found
