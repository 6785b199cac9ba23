"""How an embedding places true classes, its centers and two views of a sample; noise (-1) left out.

Every score is nan where it is undefined.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.spatial.distance import cdist

from clustering.errors import InvalidData
from clustering.metrics.means import Floats, blocks
from clustering.metrics.pairs import (
    EXACT_UP_TO,
    between_all,
    cosine,
    cosine_own_and_nearest_other,
    drawn,
    euclidean,
    on_the_sphere,
    own_and_nearest_other,
)

NEIGHBORS = 10


@dataclass(frozen=True)
class ClassDistances:
    """Means over the samples."""

    intra: float
    """To the others of the own class; samples that are alone in theirs are left out."""
    inter: float
    """To the nearest other class."""


def class_distances(
    z: Floats,
    labels: ArrayLike,
    *,
    metric: Literal["cosine", "euclidean"] = "cosine",
    limit: int = EXACT_UP_TO,
    seed: int = 0,
) -> ClassDistances:
    """How far samples lie from their own class, and from the nearest other one, on the unit sphere.

    intra_i is the mean distance to the others of the class, inter_i the least mean distance to another
    class: the two parts of a silhouette.

    Args:
        z: (n, d) embeddings; their length does not matter.
        labels: (n,) classes.
        metric: 1 - cos, or the Euclidean distance √(2 (1 - cos)) of the L2-normalized embeddings.
        limit: above it, so many samples are drawn from the classes in proportion to their sizes, and
            distances are taken among them.
        seed: of the draw.

    Source:
        Miklautz et al. 2025 (BRB), intra-CD and inter-CD.
    """
    given = np.asarray(labels)
    index = drawn(given, limit, seed)
    names, member = np.unique(given[index], return_inverse=True)
    if len(names) == 0:
        return ClassDistances(float("nan"), float("nan"))
    unit = on_the_sphere(z[index])
    if metric == "cosine":
        own, other = cosine_own_and_nearest_other(unit, member)
    else:
        own, other = own_and_nearest_other(unit, member, euclidean)
    accompanied = own[np.isfinite(own)]
    return ClassDistances(
        intra=float(accompanied.mean()) if len(accompanied) else float("nan"),
        inter=float(other.mean()) if len(names) > 1 else float("nan"),
    )


def uncertainty(z: Floats, centers: Floats) -> float:
    """Mean ratio of the distances to the nearest and to the second center, in [0, 1]; 1 is undecided.

    Args:
        z: (n, d) embeddings.
        centers: (k, d); rows that are not finite, of empty clusters, are left out.

    Source:
        Miklautz et al. 2025 (BRB), the uncertainty score of its code; 0/0 counts as 1.
    """
    known = centers[np.isfinite(centers).all(axis=1)].astype(np.float64)
    if len(known) < 2 or len(z) == 0:
        return float("nan")
    total = 0.0
    for part in blocks(len(z), max(z.shape[1], len(known))):
        two = np.partition(cdist(z[part].astype(np.float64), known), 1, axis=1)[:, :2]
        total += float(np.divide(two[:, 0], two[:, 1], out=np.ones(len(two)), where=two[:, 1] > 0).sum())
    return total / len(z)


def local_purity(
    z: Floats, labels: ArrayLike, *, neighbors: int = NEIGHBORS, limit: int = EXACT_UP_TO, seed: int = 0
) -> float:
    """Mean share of a sample's nearest neighbors by cosine that have its label, in [0, 1].

    Args:
        z: (n, d) embeddings.
        labels: (n,) classes.
        neighbors: how many, at most all others.
        limit: above it, so many samples are drawn as in `class_distances`, neighbors among them.
        seed: of the draw.

    Source:
        Miklautz et al. 2025 (BRB), local purity.

    Raises:
        InvalidData: fewer than one neighbor.
    """
    if neighbors < 1:
        raise InvalidData(f"at least 1 neighbor is needed; met {neighbors}")
    given = np.asarray(labels)
    index = drawn(given, limit, seed)
    if len(index) < 2:
        return float("nan")
    member, count = given[index], min(neighbors, len(index) - 1)
    same = 0
    for part, apart in between_all(on_the_sphere(z[index]), cosine):
        row = np.arange(len(apart))
        apart[row, row + part.start] = np.inf
        nearest = np.argpartition(apart, count - 1, axis=1)[:, :count]
        same += int((member[nearest] == member[part, None]).sum())
    return same / (count * len(index))


def view_similarity(first: Floats, second: Floats) -> float:
    """Mean cosine in [-1, 1] of the embeddings (n, d) of two views of the same samples; 0 of a zero vector.

    Raises:
        InvalidData: embeddings of other shapes than each other's.
    """
    if first.ndim != 2 or first.shape != second.shape:
        met = f"{first.shape} and {second.shape}"
        raise InvalidData(f"embeddings (n, d) of two views of the same samples are needed; met shapes {met}")
    if len(first) == 0:
        return float("nan")
    cosines: NDArray[np.float64] = (on_the_sphere(first) * on_the_sphere(second)).sum(axis=1)
    return float(np.clip(cosines, -1, 1).mean())
