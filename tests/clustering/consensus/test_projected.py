"""Consensus of soft clusterings of random projections."""

import numpy as np
import pytest
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

from clustering.consensus.fuzzy import fuzzy_c_means, memberships
from clustering.consensus.projections import projections
from clustering.consensus.rp_em import co_membership, mixture_posteriors, rp_em
from clustering.consensus.rp_fcm import fuzzy_memberships, rp_fcm, rp_fcm_by_similarity
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


@pytest.mark.parametrize("join", [rp_fcm, rp_fcm_by_similarity])
def test_fuzzy_memberships_of_projections_find_blobs(join):
    x, labels = blobs()
    soft = list(fuzzy_memberships(projections(x, 4, runs=6), 3))
    assert ari(labels, join(soft, 3)) == 1


@pytest.mark.parametrize("join", [rp_em, rp_fcm, rp_fcm_by_similarity])
def test_members_that_agree_are_the_consensus(join):
    hard = np.eye(3)[np.arange(30) % 3]
    assert ari(np.arange(30) % 3, join([hard, hard[:, [2, 0, 1]]], 3)) == 1


@pytest.mark.parametrize("join", [rp_fcm, rp_fcm_by_similarity])
def test_a_row_of_several_samples_is_as_good_as_all_of_them(join):
    rng = np.random.default_rng(0)
    soft, sizes = [rng.dirichlet(np.ones(3) / 3, 20) for _ in range(3)], rng.integers(1, 5, 20)
    each = [np.repeat(u, sizes, axis=0) for u in soft]
    assert ari(join(each, 3), np.repeat(join(soft, 3, sizes=sizes), sizes)) == 1


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
        rp_fcm_by_similarity(soft, 2, budget_bytes=39_999)
