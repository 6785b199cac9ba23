import numpy as np
import pytest
import torch

from clustering.consensus.edges import joined, overlaps
from clustering.consensus.ensemble import Ensemble
from clustering.consensus.hbgf import hbgf
from clustering.consensus.structured_bipartite import structured_bipartite, votes
from clustering.consensus.thinning import on_simplex, reliability, spectrum, stepped, thinned
from clustering.metrics.agreement import ari
from tests.clustering.consensus.ensembles import noisy, renamed, truth, uneven

SMOOTHNESS = 0.1


def graph(share=0.4, m=6, n=80):
    return joined(Ensemble.of(noisy(n=n, m=m, share=share)[1]).rows)


def objective(edges, s, w, cost):
    """The part of the model that S is in, edge by edge."""
    total = float(((w * (s - edges.start)) ** 2).sum() + (cost * s).sum())
    members = s.shape[1]
    for p in range(members):
        for q in range(members):
            pair = edges.overlap[:, p, q] * w[:, p] * w[:, q] * (s[:, p] - s[:, q]) ** 2
            total += SMOOTHNESS / 2 * float(pair.sum())
    return total


def random_weights(edges, seed=0):
    drawn = np.random.default_rng(seed).random(edges.start.shape) * edges.known
    return drawn / drawn.sum(axis=1, keepdims=True)


def test_overlaps_are_cosines_of_memberships():
    ensemble = uneven(n=50)
    rows = ensemble.rows
    samples = rows.incidence.toarray()[rows.index]
    length = np.linalg.norm(samples, axis=0)
    expected = samples.T @ samples / np.outer(length, length)
    np.fill_diagonal(expected, 0)
    np.testing.assert_allclose(overlaps(rows), expected)


def test_members_that_agree_leave_the_graph_as_it_was():
    labels = truth(60, 3)
    edges = joined(Ensemble.of([renamed(labels, seed) for seed in range(4)]).rows)
    found = thinned(edges, 3, SMOOTHNESS)
    np.testing.assert_allclose(found.weights, edges.start)
    np.testing.assert_array_equal(found.reliability, np.ones_like(edges.start))
    assert found.parts.tolist() == [0, 1, 2]


def test_weights_stay_on_the_simplex_and_reliability_in_its_range():
    edges = joined(uneven(n=120, missing=0.2).rows)
    found = thinned(edges, 4, SMOOTHNESS)
    np.testing.assert_allclose(found.weights.sum(axis=1), 1)
    assert found.weights.min() >= 0
    assert 0 <= found.reliability.min() <= found.reliability.max() <= 1
    assert not found.weights[~edges.known].any()


def test_a_faster_pace_relies_on_every_edge_at_least_as_much():
    edges = graph()
    s, w = random_weights(edges), np.random.default_rng(1).random(edges.start.shape)
    slow, fast = (reliability(edges, s, w, smoothness=SMOOTHNESS, pace=pace) for pace in (0.01, 0.05))
    assert (fast >= slow).all()
    assert (fast > slow).any()


def test_the_reliability_of_an_edge_is_the_best_for_the_others_as_they_are():
    edges, pace, h = graph(n=30), 0.05, 1e-4
    s, w = random_weights(edges), np.random.default_rng(1).random(edges.start.shape)
    best = reliability(edges, s, w, smoothness=SMOOTHNESS, pace=pace)

    def value(row, column, weight):
        other = w.copy()
        other[row, column] = weight
        return objective(edges, s, other, np.zeros_like(s)) - pace * other.sum()

    for row in range(0, len(s), 7):
        middle = best[row, 0]
        here = value(row, 0, middle)
        for step in (-h, h):
            assert here <= value(row, 0, min(max(middle + step, 0), 1)) + 1e-12


def test_steps_of_the_weights_never_raise_the_objective():
    edges = graph()
    s, w = random_weights(edges), np.random.default_rng(1).random(edges.start.shape)
    cost = 0.05 * spectrum(edges, s, 3).apart
    values = [objective(edges, s, w, cost)]
    for _ in range(3):
        s = stepped(edges, s, w, smoothness=SMOOTHNESS, cost=cost)
        values.append(objective(edges, s, w, cost))
    assert (np.diff(values) <= 1e-12).all()
    assert values[-1] < values[0] - 1e-3


def test_the_nearest_point_of_the_simplex_is_nearer_than_any_other():
    rng = np.random.default_rng(0)
    rows, known = rng.normal(size=(20, 5)), rng.random((20, 5)) < 0.8
    known[:, 0] = True
    found = on_simplex(rows, known)
    np.testing.assert_allclose(found.sum(axis=1), 1)
    for _ in range(200):
        other = rng.dirichlet(np.full(5, 0.5), 20) * known
        other /= np.maximum(other.sum(axis=1, keepdims=True), 1e-12)
        nearer = ((found - rows) ** 2 * known).sum(1) <= ((other - rows) ** 2 * known).sum(1) + 1e-9
        assert (nearer | (other.sum(axis=1) < 0.5)).all()


def test_the_spectrum_is_that_of_the_whole_graph():
    """Singular values of D1^-½ S D2^-½ over samples, and the trace that F minimizes."""
    ensemble = Ensemble.of(noisy(n=40, m=4, share=0.3)[1])
    edges = joined(ensemble.rows)
    s = random_weights(edges)
    samples = edges.matrix(s)[ensemble.rows.index]
    normal = samples / np.sqrt(samples.sum(axis=0))
    values = np.linalg.svd(normal, compute_uv=False) ** 2
    found = spectrum(edges, s, 3)
    np.testing.assert_allclose(found.values[: len(values)], values, atol=1e-10)
    trace = float((samples * _all_apart(found, edges, ensemble, samples)).sum())
    assert trace == pytest.approx(2 * 3 - 2 * np.sqrt(values[:3]).sum(), abs=1e-8)


def _all_apart(found, edges, ensemble, samples):
    apart = np.zeros_like(samples)
    for sample, row in enumerate(ensemble.rows.index):
        apart[sample, edges.column[row]] = found.apart[row]
    return apart


@pytest.mark.parametrize("share", [0.3, 0.5, 0.6])
def test_noise_is_voted_down_about_as_well_as_by_the_transfer_cut(share):
    right, labels = noisy(n=300, k=5, m=12, share=share)
    ensemble = Ensemble.of(labels)
    ours, cut = (ari(right, merge(ensemble, 5)) for merge in (structured_bipartite, hbgf))
    assert ours > cut - 0.05


def test_the_graph_falls_apart_into_the_clusters_asked_for():
    found = thinned(graph(share=0.4, m=8, n=200), 3, SMOOTHNESS)
    assert set(found.parts) == {0, 1, 2}


def test_a_graph_learned_on_some_rows_labels_the_others_alike():
    right, labels = noisy(n=2000, k=5, m=12, share=0.4)
    ensemble = Ensemble.of(labels)
    whole, part = structured_bipartite(ensemble, 5), structured_bipartite(ensemble, 5, learned_rows=200)
    assert len(ensemble.rows.sizes) > 1000
    assert ari(whole, part) > 0.95
    assert ari(right, part) > ari(right, whole) - 0.03


def test_votes_tell_where_a_clusters_edges_lead():
    edges = joined(Ensemble.of([[0, 0, 1, 1], [0, 0, 1, 1]]).rows)
    told = votes(edges, edges.start, np.array([1, 0]), 2)
    np.testing.assert_allclose(told, [[0, 1], [1, 0], [0, 1], [1, 0]])


def test_fewer_clusters_in_all_than_are_asked_for_are_cut_as_they_are():
    labels = np.array([[0, 0, 1, 1] * 5, [0, 1, 0, 1] * 5])
    found = structured_bipartite(Ensemble.of([labels[0], labels[1]]), 4)
    assert len(np.unique(found)) == 4
    assert torch.from_numpy(found).view(5, 4).unique(dim=0).shape[0] == 1
