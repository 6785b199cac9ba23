"""The part of the embedding that each of several clusterings is about."""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from clustering.methods import Clustering
from clustering.partition.spaces import leading


def stretch(clustering: Clustering) -> NDArray[np.float32] | None:
    """(d,) factors that take the embedding to the space whose Euclidean distances the clustering means.

    ‖a - b‖²_β = Σ_i β_i^p (a_i - b_i)² is the squared distance of a β^(p/2) and b β^(p/2).

    Source:
        Miklautz et al. 2020 (ENRC), eq. 2, with p = 1; Miklautz et al. 2021 (ACe/DeC), with p = 2.
    """
    if clustering.weights is None:
        return None
    factors: NDArray[np.float32] = clustering.weights.numpy() ** np.float32(clustering.weight_power / 2)
    return factors


def heaviest(clustering: Clustering, z: NDArray[np.float32]) -> NDArray[np.float32] | None:
    """(n, 2) embeddings (n, d) along the two heaviest dimensions, of equal ones the first; 0 where d is 1.

    None where the clustering weighs no dimensions.
    """
    if clustering.weights is None:
        return None
    first = np.argsort(-clustering.weights.numpy(), kind="stable")[:2]
    flat = z[:, first]
    return np.pad(flat, ((0, 0), (0, 2 - flat.shape[1])))


def led(clusterings: Sequence[Clustering]) -> list[int | None]:
    """How many dimensions each clustering leads; None of one without weights.

    What the weights of a dimension lack to 1 belongs to a space that all samples share.
    """
    weighed = [clustering.weights.numpy() for clustering in clusterings if clustering.weights is not None]
    if not weighed:
        return [None] * len(clusterings)
    weights = np.stack(weighed).astype(np.float64)
    weights /= np.maximum(1.0, weights.sum(axis=0))
    rest = 1.0 - weights.sum(axis=0)
    if (rest > 1e-3).any():
        weights = np.vstack([weights, rest])
    counts = iter(leading(torch.from_numpy(weights)).tolist())
    return [None if clustering.weights is None else next(counts) for clustering in clusterings]
