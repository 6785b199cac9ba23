"""Cutting a bipartite graph of many samples and few clusters, through a graph of the clusters alone."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh
from scipy.sparse import csr_array, diags_array

from clustering.consensus.k_means import k_means
from clustering.consensus.memory import BUDGET_BYTES, within

TINY = 1e-10
Sparse: TypeAlias = csr_array


def transfer_cut(
    B: Sparse | NDArray[np.float64],
    k: int,
    *,
    sizes: NDArray[np.integer] | None = None,
    seed: int = 0,
    exact_scale: bool = False,
) -> NDArray[np.int64]:
    """Partition the graph [[0, B], [Bᵀ, 0]] by its normalized cut; the clusters of the samples.

    k-means of the rows of `cut_vectors`, each made one long. With fewer than k columns the graph has too few
    vectors, and rows of B themselves take their place.

    Args:
        B: (n, q) weights at least 0 of the edges between n samples and q clusters or representatives.
        k: number of clusters.
        sizes: (n,) samples that a row stands for; one by default.
        seed: of k-means.
        exact_scale: see `cut_vectors`.

    Returns:
        (n,) clusters 0..k-1.

    Raises:
        TooLarge: q² numbers do not fit.

    Source:
        Li, Wu, Chang 2012; Huang et al. 2020 (U-SPEC), section 3.1.3.
    """
    B = csr_array(B)
    B = B[:, np.asarray(B.sum(axis=0)) > 0]
    if B.shape[1] >= k:
        _, vectors = cut_vectors(B, k, sizes=sizes, exact_scale=exact_scale)
    else:
        vectors = B.toarray()
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return k_means(vectors / (length + TINY), k, sizes=sizes, seed=seed)


def cut_vectors(
    B: Sparse | NDArray[np.float64],
    k: int,
    *,
    sizes: NDArray[np.integer] | None = None,
    exact_scale: bool = False,
    budget_bytes: int = BUDGET_BYTES,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The samples' part of the leading eigenvectors of the graph's normalized Laplacian.

    D_x = diag(B 1),  W = Bᵀ D_x⁻¹ B,  D_y = diag(W 1),  D_y^(-½) W D_y^(-½) u = γ u,  e = D_x⁻¹ B D_y^(-½) u.
    An eigenvalue λ < 1 of the whole graph's Laplacian has γ = (1 - λ)².

    Args:
        B: (n, q) weights at least 0, no column all zero, q >= k.
        k: number of vectors.
        sizes: (n,) samples that a row stands for; one by default.
        exact_scale: divide each vector by 1 - λ, which makes it the Laplacian's own. U-SPEC leaves that out.
        budget_bytes: memory allowed.

    Returns:
        (k,) γ in [0, 1], the largest first, and (n, k) the vectors e.

    Raises:
        TooLarge: q² numbers do not fit.
    """
    B = csr_array(B)
    within(budget_bytes, 3 * 8 * B.shape[1] ** 2, f"Similarities of {B.shape[1]} clusters")
    degree = np.maximum(np.asarray(B.sum(axis=1)), TINY)
    walk = diags_array(1 / degree) @ B  # D_x⁻¹ B
    counted = walk if sizes is None else diags_array(sizes.astype(np.float64)) @ walk
    between = np.asarray((B.T @ counted).toarray())  # (q, q)
    scale = 1 / np.sqrt(np.maximum(between.sum(axis=1), TINY))
    normal = scale[:, None] * between * scale
    q = len(normal)
    values, vectors = eigh((normal + normal.T) / 2, subset_by_index=(q - k, q - 1))
    gamma = np.clip(values[::-1], 0.0, 1.0)
    objects: NDArray[np.float64] = walk @ (scale[:, None] * vectors[:, ::-1])
    if exact_scale:
        objects /= np.sqrt(np.maximum(gamma, TINY))
    return gamma, objects
