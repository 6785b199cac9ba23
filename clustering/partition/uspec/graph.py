"""The sparse bipartite graph of samples and their nearest representatives."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from torch import Tensor

LEAST = float(np.finfo(np.float64).eps)


def gaussian(nearest: Tensor, distances: Tensor, p: int, *, sigma: float) -> csr_array:
    """Edges B_ij = exp(-d_ij² / (2 σ²)) to the nearest representatives; others have none.

    Args:
        nearest: (n, K) representatives of each sample.
        distances: (n, K) to them.
        p: number of representatives.
        sigma: width of the kernel; 0, of samples that all lie on representatives, counts as tiny.

    Returns:
        (n, p) with K entries a row, none below 2e-16, so that no far sample is without edges.

    Source:
        Huang et al. 2020 (U-SPEC), eqs. 7 and 8; the floor is the authors' code's.
    """
    n, count = nearest.shape
    scaled = distances.double().cpu().numpy() / max(sigma, LEAST)
    weights: NDArray[np.float64] = np.maximum(np.exp(-0.5 * scaled**2), LEAST)
    starts = np.arange(0, n * count + 1, count)
    return csr_array((weights.ravel(), nearest.cpu().numpy().ravel(), starts), shape=(n, p))
