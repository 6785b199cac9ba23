"""Consensus of soft clusterings of random projections."""

import numpy as np
import pytest
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

from clustering.consensus import rp_em, rp_fcm
from clustering.consensus.fuzzy import fuzzy_c_means, memberships
from clustering.consensus.projections import projections
from clustering.consensus.rp_em import co_membership, mixture_posteriors
from clustering.consensus.rp_fcm import fuzzy_memberships
from clustering.errors import TooLarge
from clustering.metrics.agreement import ari


def blobs(n=90, d=12, k=3, seed=0):
    rng = np.random.default_rng(seed)
    labels = np.arange(n) % k
    return rng.normal(scale=6, size=(k, d))[labels] + rng.normal(size=(n, d)), labels


def test_projections_keep_squared_lengths_in_the_mean():
    x, _ = blobs()
    views = list(projections(x, 5, runs=400))
    assert views[0].shape == (90, 5)
    ratio = np.mean([(view**2).sum() for view in views]) / (x**2).sum()
    assert ratio == pytest.approx(1, abs=0.1)
    again = next(projections(x, 5, runs=1))
    np.testing.assert_array_equal(views[0], again)
    assert next(projections(x, 50, runs=1)).shape == (90, 12)


def test_mixtures_of_projections_find_blobs():
    x, labels = blobs()
    posteriors = list(mixture_posteriors(projections(x, 4, runs=6), 3))
    for each in posteriors:
        np.testing.assert_allclose(each.sum(axis=1), 1)
    assert ari(labels, rp_em(posteriors, 3)) == 1
    alike = sum(each @ each.T for each in posteriors) / 6
    np.testing.assert_allclose(co_membership(posteriors), alike)


def test_merging_is_complete_linkage_of_the_joint_posteriors():
    rng = np.random.default_rng(0)
    soft = [rng.dirichlet(np.ones(3), 30) for _ in range(4)]
    apart = 1 - sum(each @ each.T for each in soft) / 4
    np.fill_diagonal(apart, 0)
    theirs = fcluster(linkage(squareform(apart, checks=False), "complete"), 4, "maxclust")
    assert ari(theirs, rp_em(soft, 4)) == 1


@pytest.mark.parametrize("joined", ["vectors", "similarity"])
def test_fuzzy_memberships_of_projections_find_blobs(joined):
    x, labels = blobs()
    soft = list(fuzzy_memberships(projections(x, 4, runs=6), 3))
    assert ari(labels, rp_fcm(soft, 3, joined=joined)) == 1


def test_members_that_agree_are_the_consensus():
    hard = np.eye(3)[np.arange(30) % 3]
    other = hard[:, [2, 0, 1]]
    for found in (
        rp_em([hard, other], 3),
        rp_fcm([hard, other], 3),
        rp_fcm([hard, other], 3, joined="similarity"),
    ):
        assert ari(np.arange(30) % 3, found) == 1


def test_fuzzy_memberships_follow_their_formula():
    x, _ = blobs(seed=1)
    u, centers = fuzzy_c_means(x, 3)
    np.testing.assert_allclose(u.sum(axis=1), 1)
    d = np.linalg.norm(x[:, None] - centers, axis=2)
    np.testing.assert_allclose(
        memberships(x, centers, 1.7), 1 / ((d[:, :, None] / d[:, None]) ** (2 / 0.7)).sum(2)
    )
    weight = u**2
    np.testing.assert_allclose(centers, weight.T @ x / weight.sum(axis=0)[:, None], atol=1e-4)


def test_towards_fuzzifier_1_they_become_those_of_k_means():
    x, labels = blobs(seed=2)
    u, centers = fuzzy_c_means(x, 3, fuzzifier=1.01)
    np.testing.assert_allclose(u.max(axis=1), 1, atol=1e-6)
    assert ari(labels, u.argmax(axis=1)) == 1
    means = np.stack([x[u.argmax(axis=1) == j].mean(axis=0) for j in range(3)])
    np.testing.assert_allclose(centers, means, atol=1e-6)


def test_a_sample_on_a_center_belongs_to_it_alone():
    centers = np.array([[0.0, 0], [0, 0], [1, 1]])
    np.testing.assert_array_equal(memberships(centers[1:], centers, 2.0), [[1, 0, 0], [0, 0, 1]])


def test_more_samples_than_fit_are_refused():
    soft = [np.full((50, 2), 0.5)]
    with pytest.raises(TooLarge, match="about 40000 bytes"):
        rp_em(soft, 2, budget_bytes=39_999)
    with pytest.raises(TooLarge, match="about 40000 bytes"):
        rp_fcm(soft, 2, joined="similarity", budget_bytes=39_999)
