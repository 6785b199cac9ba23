"""Cutting a bipartite graph of many samples and few clusters, through a graph of the clusters alone."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh
from scipy.sparse import csr_array, diags_array
from sklearn.metrics import pairwise_distances_argmin

from clustering.consensus.k_means import FROM_ZERO, Starts, centers_and_labels
from clustering.consensus.label_rows import in_order_of_samples
from clustering.consensus.memory import BUDGET_BYTES, within

TINY = 1e-10
Sparse: TypeAlias = csr_array


@dataclass(frozen=True)
class Cut:
    """A bipartite graph cut into clusters, and what places further samples in them."""

    gamma: NDArray[np.float64]
    """Leading eigenvalues in [0, 1], the largest first: one more than clusters, so that a gap behind them is
    seen, where there are as many columns; none where there are too few."""
    vectors: NDArray[np.float64]
    """(q, c) coordinates of the columns; 0 of those without edges."""
    centers: NDArray[np.float64]
    """(k, c) of the clusters among the samples' coordinates; of any that no sample fell to, the last."""

    def place(self, B: Sparse | NDArray[np.float64]) -> NDArray[np.float64]:
        """(m, c) coordinates of samples with edges B (m, q), each row one long: D_x⁻¹ B V, normalized."""
        return _one_long(_walk(csr_array(B)) @ self.vectors)

    def label(self, coordinates: NDArray[np.float64]) -> NDArray[np.int64]:
        """(m,) clusters of the nearest centers to coordinates (m, c)."""
        return np.asarray(pairwise_distances_argmin(coordinates, self.centers), dtype=np.int64)


def transfer_cut(
    B: Sparse | NDArray[np.float64],
    k: int,
    *,
    sizes: NDArray[np.integer] | None = None,
    seed: int = 0,
    exact_scale: bool = False,
) -> NDArray[np.int64]:
    """(n,) clusters of the samples by `cut`, with the seed of its k-means."""
    return cut(B, k, sizes=sizes, exact_scale=exact_scale, starts=Starts(seed))[1]


def cut(
    B: Sparse | NDArray[np.float64],
    k: int,
    *,
    sizes: NDArray[np.integer] | None = None,
    exact_scale: bool = False,
    starts: Starts = FROM_ZERO,
) -> tuple[Cut, NDArray[np.int64]]:
    """Partition the graph [[0, B], [Bᵀ, 0]] by its normalized cut.

    k-means of the rows of `cut_vectors`, each made one long. With fewer than k columns the graph has too few
    vectors, and rows of B themselves take their place.

    Args:
        B: (n, q) weights at least 0 of the edges between n samples and q clusters or representatives.
        k: number of clusters.
        sizes: (n,) samples that a row stands for; one by default.
        exact_scale: see `cut_vectors`.
        starts: of k-means.

    Returns:
        the cut, and (n,) clusters 0..k-1 of the samples, counted in the order of their first ones.

    Raises:
        TooLarge: q² numbers do not fit.

    Source:
        Li, Wu, Chang 2012; Huang et al. 2020 (U-SPEC), section 3.1.3.
    """
    B = csr_array(B)
    joined = np.asarray(B.sum(axis=0)) > 0
    vectors = np.eye(B.shape[1])
    gamma = np.zeros(0)
    if joined.sum() >= k:
        vectors = np.zeros((B.shape[1], k))
        known = B if joined.all() else B[:, joined]
        gamma, found = _column_vectors(
            known,
            min(k + 1, known.shape[1]),
            sizes=sizes,
            exact_scale=exact_scale,
            budget_bytes=BUDGET_BYTES,
        )
        vectors[joined] = found[:, :k]
    coordinates = _one_long(_walk(B) @ vectors)
    centers, labels = centers_and_labels(coordinates, k, sizes=sizes, starts=starts)
    met, first = np.unique(labels, return_index=True)
    order = [*met[np.argsort(first)], *np.setdiff1d(np.arange(k), met)]
    return Cut(gamma, vectors, centers[order]), in_order_of_samples(labels)


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
    gamma, columns = _column_vectors(B, k, sizes=sizes, exact_scale=exact_scale, budget_bytes=budget_bytes)
    objects: NDArray[np.float64] = _walk(B) @ columns
    return gamma, objects


def _column_vectors(
    B: Sparse,
    k: int,
    *,
    sizes: NDArray[np.integer] | None,
    exact_scale: bool,
    budget_bytes: int,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(k,) γ and (q, k) the columns' part D_y^(-½) u of `cut_vectors`."""
    within(budget_bytes, 3 * 8 * B.shape[1] ** 2, f"Similarities of {B.shape[1]} clusters")
    walk = _walk(B)
    counted = walk if sizes is None else diags_array(sizes.astype(np.float64)) @ walk
    between = np.asarray((B.T @ counted).toarray())  # (q, q)
    scale = 1 / np.sqrt(np.maximum(between.sum(axis=1), TINY))
    normal = scale[:, None] * between * scale
    q = len(normal)
    values, vectors = eigh((normal + normal.T) / 2, subset_by_index=(q - k, q - 1))
    gamma = np.clip(values[::-1], 0.0, 1.0)
    columns = scale[:, None] * vectors[:, ::-1]
    if exact_scale:
        columns /= np.sqrt(np.maximum(gamma, TINY))
    return gamma, columns


def _walk(B: Sparse) -> Sparse:
    """D_x⁻¹ B: each row's share of its edges."""
    walk: Sparse = diags_array(1 / np.maximum(np.asarray(B.sum(axis=1)), TINY)) @ B
    return walk


def _one_long(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    rows /= np.linalg.norm(rows, axis=1, keepdims=True) + TINY
    return rows
