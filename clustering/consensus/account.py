"""What a weighted consensus says of its ensemble."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from clustering.consensus.agreement import agreement
from clustering.consensus.ensemble import Ensemble
from clustering.extras import Extra, Table
from clustering.metrics.agreement import nmi


def account(
    ensemble: Ensemble, weights: NDArray[np.float64], labels: NDArray[np.int64], *, groups: Sequence[str]
) -> dict[str, Extra]:
    """Agreement of the clusterings and of groups of them, and the weight of each and of its clusters.

    Args:
        ensemble: M clusterings, group after group, of which each has as many.
        weights: (q,) of all clusters; a clustering's own is their mean over its samples.
        labels: (n,) the consensus.
        groups: names.
    """
    compared = agreement(ensemble)
    names, sizes = _clusters(ensemble)
    each = [float(np.average(weights[of], weights=sizes[of])) for of in _slices(ensemble)]
    per = ensemble.m // len(groups)
    between = group_means(compared.nmi, len(groups))
    bases: dict[str, Sequence[str | float | None]] = {
        "clustering": list(ensemble.names),
        "group": [group for group in groups for _ in range(per)],
        "clusters": ensemble.clusters.tolist(),
        "weight": each,
        "nmi_with_consensus": [nmi(labels, member) for member in ensemble.labels],
    }
    clusters: dict[str, Sequence[str | float | None]] = {
        "clustering": names,
        "cluster": [i for count in ensemble.clusters.tolist() for i in range(count)],
        "size": sizes.tolist(),
        "weight": weights.tolist(),
    }
    return {
        "agreement": compared.json(),
        "layers": {
            "names": list(groups),
            "nmi": [[None if np.isnan(value) else float(value) for value in row] for row in between],
            "weight": np.reshape(each, (len(groups), per)).mean(axis=1).tolist(),
        },
        "base-clusterings": Table(bases),
        "base-clusters": Table(clusters),
    }


def group_means(matrix: NDArray[np.float64], groups: int) -> NDArray[np.float64]:
    """(g, g) means of an (M, M) matrix over pairs of different members of groups; nan without any pair."""
    per = len(matrix) // groups
    others = np.where(np.eye(len(matrix), dtype=bool), np.nan, matrix)
    blocks = others.reshape(groups, per, groups, per).transpose(0, 2, 1, 3).reshape(groups, groups, -1)
    known = ~np.isnan(blocks)
    total, count = np.where(known, blocks, 0).sum(axis=2), known.sum(axis=2)
    means: NDArray[np.float64] = np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)
    return means


def _slices(ensemble: Ensemble) -> list[slice]:
    ends = np.cumsum(ensemble.clusters).tolist()
    return [slice(end - count, end) for end, count in zip(ends, ensemble.clusters.tolist(), strict=True)]


def _clusters(ensemble: Ensemble) -> tuple[list[str], NDArray[np.int64]]:
    """The clustering of each of all q clusters, and its samples."""
    names = np.repeat(ensemble.names, ensemble.clusters).tolist()
    return names, np.concatenate([np.bincount(row[row >= 0]) for row in ensemble.labels])
