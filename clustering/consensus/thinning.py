"""Weakening the edges of a bipartite graph until it falls apart."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from clustering.consensus.edges import Edges, Floats

ROUNDS = 30
FEWEST_ROUNDS = 2
SWEEPS = 2
STEPS = 5
LIGHTEST = 1e-6
"""What an edge of less weight joins is apart."""
TOLERANCE = 1e-6
"""Of a sum of eigenvalues, which counts the connected parts of the graph."""
TINY = 1e-12


@dataclass(frozen=True)
class Thinned:
    """A graph after the rounds."""

    weights: Floats
    """(m, M) S of the edges; each row is 1 in sum."""
    reliability: Floats
    """(m, M) W of the edges, in [0, 1]."""
    vectors: Floats
    """(m, k) the rows' part of the Laplacian's first vectors, each divided by the root of its degree."""
    parts: NDArray[np.int64] | None
    """(m,) which of the k connected parts; None where there are not k of them."""


@dataclass(frozen=True)
class Spectrum:
    """The first vectors F of the normalized Laplacian of a graph."""

    values: Floats
    """(at least k,) squares of the singular values of the normalized weights, the largest first; 1 for each
    connected part."""
    rows: Floats
    """(m, k) vectors of the rows."""
    apart: Floats
    """(m, M) squared distance of the vectors at both ends of each edge, ‖f_i/√d_i - f_p/√d_p‖²."""


def thinned(edges: Edges, k: int, smoothness: float) -> Thinned:
    """Alternate W, F and S; see `structured_bipartite`."""
    members = edges.column.shape[1]
    s, w = edges.start.copy(), edges.known.astype(np.float64)
    pull, pace = 1 / members**2, 0.5 / members**2
    for number in range(1, ROUNDS + 1):
        for _ in range(SWEEPS):
            w = reliability(edges, s, w, smoothness=smoothness, pace=pace)
        found = spectrum(edges, s, k)
        if found.values[: k + 1].sum() > k + 1 - TOLERANCE:
            pull /= 2
        elif found.values[:k].sum() < k - TOLERANCE:
            pull *= 2
        elif number >= FEWEST_ROUNDS:
            break
        s = stepped(edges, s, w, smoothness=smoothness, cost=pull * found.apart)
        pace *= 2
    return Thinned(s, w, found.rows, connected(edges, s, k))


def reliability(edges: Edges, s: Floats, w: Floats, *, smoothness: float, pace: float) -> Floats:
    """(m, M) W: how far each edge is relied on, the best for the others as they are.

    w_ip = clip((ρ - γ c_ip) / (2 (s_ip - s⁰_ip)²), 0, 1),   c_ip = Σ_q A_pq w_iq (s_ip - s_iq)²
    """
    once, first, second = np.moveaxis(edges.across(w, w * s, w * s * s), 2, 0)
    uneven = s * s * once - 2 * s * first + second
    moved = 2 * (s - edges.start) ** 2 + TINY
    found: Floats = np.clip((pace - smoothness * uneven) / moved, 0, 1) * edges.known
    return found


def spectrum(edges: Edges, s: Floats, k: int) -> Spectrum:
    """Singular vectors of the normalized weights, through the clusters alone; rows have degree 1."""
    matrix = edges.matrix(s)
    degree = np.maximum(edges.sizes @ matrix, TINY)
    normal = matrix / np.sqrt(degree)
    gram = (normal * edges.sizes[:, None]).T @ normal
    values, vectors = eigh((gram + gram.T) / 2)
    values, vectors = np.clip(values[::-1], 0, None), vectors[:, ::-1][:, :k]
    rows = normal @ vectors / np.sqrt(np.maximum(values[:k], TINY))
    ends = vectors / np.sqrt(degree)[:, None]
    products = np.take_along_axis(rows @ ends.T, edges.column, axis=1)
    apart = (rows**2).sum(axis=1)[:, None] + (ends**2).sum(axis=1)[edges.column] - 2 * products
    return Spectrum(values, rows, np.maximum(apart, 0) * edges.known)


def stepped(edges: Edges, s: Floats, w: Floats, *, smoothness: float, cost: Floats) -> Floats:
    """Some projected gradient steps of S, as long as never raises the objective.

    ∇ = 2 W² (S - S⁰) + 2 γ W ∘ (S ∘ (W A) - (W ∘ S) A) + cost

    Args:
        edges: of the graph.
        s: (m, M) weights S.
        w: (m, M) reliability W.
        smoothness: γ.
        cost: (m, M) λ times the squared distance at each edge.
    """
    pulled = edges.across(w)[..., 0]
    steepest = 2 * (w**2).max(axis=1) + 4 * smoothness * (w * pulled).max(axis=1) + 1e-9
    for _ in range(STEPS):
        even = s * pulled - edges.across(w * s)[..., 0]
        slope = 2 * w**2 * (s - edges.start) + 2 * smoothness * w * even + cost
        s = on_simplex(s - slope / steepest[:, None], edges.known)
    return s


def on_simplex(rows: Floats, known: NDArray[np.bool_]) -> Floats:
    """The nearest rows of numbers at least 0 that are 1 in sum, and 0 outside of `known`.

    Source:
        Duchi et al. 2008, figure 1.
    """
    descending = -np.sort(np.where(known, -rows, np.inf), axis=1)
    excess = np.cumsum(np.where(np.isfinite(descending), descending, 0), axis=1) - 1
    place = np.arange(1, rows.shape[1] + 1)
    last = (np.isfinite(descending) & (descending > excess / place)).sum(axis=1) - 1
    taken = np.take_along_axis(excess, last[:, None], axis=1) / (last[:, None] + 1)
    nearest: Floats = np.where(known, np.maximum(rows - taken, 0), 0)
    return nearest


def connected(edges: Edges, s: Floats, k: int) -> NDArray[np.int64] | None:
    """(m,) connected parts of the graph of weights S; None unless k of them have rows."""
    row, edge = np.nonzero(s > LIGHTEST)
    m, ones = len(s), np.ones(len(row))
    graph = csr_array((ones, (row, m + edges.column[row, edge])), shape=(m + edges.q, m + edges.q))
    _, nodes = connected_components(graph, directed=False)
    names, parts = np.unique(nodes[:m], return_inverse=True)
    return parts if len(names) == k else None
