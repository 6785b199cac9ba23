"""A bipartite graph of samples and clusters, thinned out until it falls apart into the clusters asked for."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from clustering.consensus.edges import Edges, joined
from clustering.consensus.ensemble import Ensemble
from clustering.consensus.k_means import k_means
from clustering.consensus.label_rows import LabelRows
from clustering.consensus.memory import BUDGET_BYTES
from clustering.consensus.spectral import on_unit_sphere
from clustering.consensus.thinning import Thinned, thinned
from clustering.consensus.transfer_cut import transfer_cut

LEARNED_ROWS = 10_000
GAMMA = 0.1

Floats = NDArray[np.float64]


def structured_bipartite(
    ensemble: Ensemble,
    k: int,
    *,
    smoothness: float = GAMMA,
    learned_rows: int = LEARNED_ROWS,
    seed: int = 0,
) -> NDArray[np.int64]:
    """Learn which edges between samples and clusters to rely on, so that k connected parts remain.

    With S⁰ the ensemble's memberships, each row divided by its labels, A the cosine overlap of clusters:

        min_{S, W, F} ‖W ∘ (S - S⁰)‖² + γ/2 Σ_i Σ_pq A_pq w_ip w_iq (s_ip - s_iq)² - ρ Σ W + λ tr(Fᵀ L_S F)

    over rows of S on the simplex, 0 <= W <= 1 and FᵀF = I; L_S is the normalized Laplacian of the graph whose
    nodes are samples and clusters. ρ doubles each round, so that edges come in from reliable to unreliable
    ones; λ is doubled while there are fewer than k parts and halved while there are more. Where the rounds
    end without k parts, k-means of the Laplacian's vectors tells the clusters.

    Args:
        ensemble: the clusterings.
        k: number of clusters.
        smoothness: γ, how much edges of one sample to clusters that overlap are to weigh alike.
        learned_rows: above so many distinct rows of labels, or as many as a gigabyte holds the overlaps of,
            the graph is learned on those of random samples and one of each cluster; each other row joins the
            part that its clusters' edges lead to.
        seed: of that draw and of k-means.

    Returns:
        (n,) clusters 0..k-1; -1 for a sample without any label.

    Raises:
        InvalidData: more clusters than distinct rows of labels.

    Source:
        After Zhou, Du, Li 2020 (self-paced consensus clustering with bipartite graph), whose model is
        reconstructed here from its abstract and from followers' papers: nothing promises their results.
        Departs from the reconstruction in that edges are weakened or dropped, but none is made up, which
        keeps a row as short as the ensemble is large.
    """
    rows = ensemble.for_clusters(k)
    if int(ensemble.clusters.sum()) < k:
        return rows.spread(transfer_cut(rows.incidence, k, sizes=rows.sizes, seed=seed))
    fits = BUDGET_BYTES // 4 // (8 * ensemble.m**2)
    chosen = _chosen(rows, max(k, min(learned_rows, fits)), seed)
    part = replace(rows, labels=rows.labels[:, chosen], sizes=rows.sizes[chosen])
    edges = joined(part)
    graph = thinned(edges, k, smoothness)
    found = graph.parts if graph.parts is not None else _by_vectors(graph, part.sizes, k, seed=seed)
    if len(chosen) < len(rows.sizes):
        found = _joined_later(rows, votes(edges, graph.weights, found, k), chosen, found)
    return rows.spread(found)


def votes(edges: Edges, weights: Floats, found: NDArray[np.int64], k: int) -> Floats:
    """(q, k) how much of each cluster's first edges leads to each of k parts after the thinning.

    Args:
        edges: of the graph.
        weights: (m, M) that its edges have now.
        found: (m,) part of each row.
        k: parts.
    """
    mass = edges.sizes[:, None] * weights
    before = np.bincount(edges.column.ravel(), (edges.sizes[:, None] * edges.start).ravel(), edges.q)
    place = edges.column * k + found[:, None]
    now = np.bincount(place.ravel(), mass.ravel(), edges.q * k).reshape(edges.q, k)
    return now / np.maximum(before, 1e-12)[:, None]


def _chosen(rows: LabelRows, most: int, seed: int) -> NDArray[np.int64]:
    """Positions of the rows of random samples and of one of each cluster; of all rows if they are few."""
    count = len(rows.sizes)
    if count <= most:
        return np.arange(count)
    share = rows.sizes / rows.sizes.sum()
    chosen = [np.random.default_rng(seed).choice(count, most, replace=False, p=share)]
    for labels in rows.labels:
        first = np.zeros(labels.max() + 2, dtype=np.int64)
        first[labels[::-1]] = np.arange(count)[::-1]
        chosen.append(first[:-1])
    return np.unique(np.concatenate(chosen))


def _by_vectors(graph: Thinned, sizes: NDArray[np.int64], k: int, *, seed: int) -> NDArray[np.int64]:
    return k_means(on_unit_sphere(graph.vectors), k, sizes=sizes, seed=seed)


def _joined_later(
    rows: LabelRows, leads: Floats, chosen: NDArray[np.int64], found: NDArray[np.int64]
) -> NDArray[np.int64]:
    """(m,) parts of all rows: those of the chosen as found, of the others where their clusters lead."""
    counts = rows.labels.max(axis=1) + 1
    total = np.zeros((len(rows.sizes), leads.shape[1]), dtype=np.float32)
    table = np.vstack([leads, np.zeros_like(leads[:1])]).astype(np.float32)
    for labels, offset in zip(rows.labels, np.cumsum(counts) - counts, strict=True):
        total += table[np.where(labels < 0, -1, labels + offset)]
    parts: NDArray[np.int64] = total.argmax(axis=1)
    parts[chosen] = found
    return parts
