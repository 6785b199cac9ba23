from itertools import pairwise

import numpy as np
import pytest
import torch
from sklearn.cluster import KMeans

from clustering.errors import InvalidData
from clustering.metrics.agreement import nmi
from clustering.partition.mdl import Coding
from clustering.partition.nonredundant import Options
from clustering.partition.nrkmeans import nrkmeans, refined
from tests.clustering.partition.subspaces import scatter_of, seeded, two_subspaces


@pytest.fixture(scope="module")
def made():
    return two_subspaces()


@pytest.fixture(scope="module")
def found(made):
    return nrkmeans(made[0], [3, 3, 1], seeded(), n_init=5)


def test_two_independent_clusterings_and_the_noise_are_told_apart(made, found):
    table = np.array([[nmi(truth, labels) for truth in made[1]] for labels in found.labels[:2]])
    assert max(np.trace(table), np.trace(table[::-1])) == pytest.approx(2)
    assert [len(own) for own in found.dimensions] == [2, 2, 3]


def test_without_noise_dimensions_both_clusterings_are_exact():
    x, truth = two_subspaces(noise=0)
    found = nrkmeans(x, [3, 3], seeded(), n_init=5)
    best = [max(nmi(truth_s, labels) for labels in found.labels) for truth_s in truth]
    assert best == pytest.approx([1, 1])


def test_the_rotation_is_orthogonal_and_every_dimension_is_of_one_space(found):
    np.testing.assert_allclose(found.rotation.T @ found.rotation, np.eye(7), atol=1e-9)
    assert sorted(torch.cat(found.dimensions).tolist()) == list(range(7))


def test_centers_are_means_and_the_cost_is_what_lies_around_them(made, found):
    x, total = made[0].numpy(), 0.0
    for labels, centers, own in zip(found.labels, found.centers, found.dimensions, strict=True):
        for k, center in enumerate(centers):
            np.testing.assert_allclose(center, x[labels == k].mean(axis=0), atol=1e-9)
        v = found.rotation[:, own].numpy()
        total += np.trace(v.T @ scatter_of(x, labels.numpy()) @ v)
    assert found.cost == pytest.approx(total)


def test_labels_are_the_nearest_centers_of_each_subspace(made, found):
    for labels, centers, own in zip(found.labels, found.centers, found.dimensions, strict=True):
        seen, points = centers @ found.rotation[:, own], made[0] @ found.rotation[:, own]
        np.testing.assert_array_equal(labels, torch.cdist(points, seen).argmin(dim=1))


def test_with_one_space_it_is_plain_k_means():
    x, _ = two_subspaces(n=200)
    found = nrkmeans(x, [4], seeded(), n_init=10)
    assert found.cost <= 1.01 * KMeans(4, n_init=10, random_state=0).fit(x).inertia_
    assert len(found.dimensions) == 1


def test_the_same_seed_gives_the_same_partitions_wherever_the_samples_lie(made):
    first = nrkmeans(made[0], [3, 2, 1], seeded(3))
    again = nrkmeans(made[0] + 1000, [3, 2, 1], seeded(3))
    np.testing.assert_array_equal(first.labels, again.labels)
    assert again.cost == pytest.approx(first.cost, rel=1e-6)


def test_going_on_from_a_result_keeps_or_betters_it(made, found):
    again = refined(made[0], found.start)
    np.testing.assert_array_equal(again.labels, found.labels)
    assert again.cost <= found.cost * (1 + 1e-9)


def test_more_starts_never_cost_more(made):
    costs = [nrkmeans(made[0], [3, 3, 1], seeded(1), n_init=n).cost for n in (1, 3, 6)]
    assert costs == sorted(costs, reverse=True)


def test_single_precision_and_large_values_lose_nothing(made):
    x = (made[0] * 1e12).float()
    found = nrkmeans(x, [3, 3, 1], seeded(), n_init=5)
    assert [len(own) for own in found.dimensions] == [2, 2, 3]
    assert found.rotation.dtype == torch.float64


def test_a_cluster_that_runs_empty_takes_a_far_sample():
    x = torch.cat([torch.randn(50, 2, generator=seeded()) * 0.1, torch.full((1, 2), 30.0)])
    for seed in range(5):
        assert nrkmeans(x, [5], seeded(seed)).counts == [5]


@pytest.mark.parametrize(("prune", "clusters"), [(True, [2]), (False, [4])])
def test_clusters_without_samples_are_dropped_or_stay_empty(prune, clusters):
    x = torch.tensor([[0.0, 1.0], [5.0, 2.0]]).repeat(9, 1)
    asked = [4]
    found = nrkmeans(x, asked, seeded(), n_init=2, options=Options(prune=prune))
    assert found.counts == clusters
    assert asked == [4]
    assert found.cost == pytest.approx(0, abs=1e-9)
    assert all(centers.isfinite().all() for centers in found.centers)


@pytest.mark.parametrize("seed", range(4))
def test_no_iteration_costs_more_than_the_one_before(seed):
    x, _ = two_subspaces(n=80, seed=seed)
    costs = [
        nrkmeans(x, [3, 2, 1], seeded(seed), options=Options(max_iter=count)).cost for count in range(1, 12)
    ]
    assert all(later <= earlier * (1 + 1e-9) for earlier, later in pairwise(costs))


def test_description_length_keeps_the_directions_that_pay(made):
    options = Options(coding=Coding.of(made[0]), noise_by_mdl=True)
    found = nrkmeans(made[0], [3, 3, 1], seeded(), n_init=5, options=options)
    assert [len(own) for own in found.dimensions] == [2, 2, 3]
    assert found.mdl == pytest.approx(options.coding.total(list(found.space_mdl)))


@pytest.mark.parametrize(
    ("clusters", "n", "why"), [([2] * 4, 9, "dimensions"), ([10], 9, "10"), ([1, 2], 9, "last")]
)
def test_what_cannot_be_is_refused(clusters, n, why):
    with pytest.raises(InvalidData, match=why):
        nrkmeans(torch.randn(n, 3), clusters, seeded())
