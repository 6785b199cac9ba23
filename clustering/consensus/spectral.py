"""Spectral embeddings of graphs that are given by a factor of their similarities."""

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh
from scipy.sparse import csr_array, diags_array

from clustering.consensus.memory import BUDGET_BYTES, within

RANK_TOLERANCE = 1e-10


def spectral_rows(
    factor: csr_array, k: int, *, sizes: NDArray[np.integer], budget_bytes: int = BUDGET_BYTES
) -> NDArray[np.float64]:
    """Leading eigenvectors of the normalized similarities S = F Fᵀ of all samples, each row one long.

    D = diag(S 1); D^(-½) S D^(-½) has the left singular vectors of D^(-½) F, so that S itself, of n² entries,
    is never formed. A row that stands for several samples counts as often.

    Args:
        factor: (m, q) F at least 0.
        k: number of vectors; fewer come where S has a lower rank.
        sizes: (m,) samples that a row stands for.
        budget_bytes: memory allowed.

    Returns:
        (m, at most k) rows on the unit sphere.

    Raises:
        TooLarge: q² numbers do not fit.

    Source:
        Ng, Jordan, Weiss 2001.
    """
    q = factor.shape[1]
    within(budget_bytes, 3 * 8 * q * q, f"Similarities of {q} clusters")
    degree = factor @ (factor.T @ sizes.astype(np.float64))
    scaled = diags_array(np.sqrt(sizes / degree)) @ factor
    gram = np.asarray((scaled.T @ scaled).toarray())
    values, right = eigh((gram + gram.T) / 2, subset_by_index=(max(0, q - k), q - 1))
    kept = values > RANK_TOLERANCE * values[-1]
    left = scaled @ (right[:, kept] / np.sqrt(values[kept]))
    return on_unit_sphere(left)


def spectral_of(similarity: NDArray[np.float64], k: int) -> NDArray[np.float64]:
    """(n, k) leading eigenvectors of D^(-½) S D^(-½) for similarities S (n, n), each row one long.

    Source:
        Ng, Jordan, Weiss 2001.
    """
    scale = 1 / np.sqrt(similarity.sum(axis=1))
    normal = scale[:, None] * similarity * scale
    n = len(normal)
    _, vectors = eigh((normal + normal.T) / 2, subset_by_index=(n - k, n - 1))
    return on_unit_sphere(vectors)


def on_unit_sphere(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rows (n, d) divided by their lengths; a row of zeros stays."""
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: NDArray[np.float64] = np.divide(rows, length, out=np.zeros_like(rows), where=length > 0)
    return unit
