from itertools import pairwise

import numpy as np
import pytest
import torch

from clustering.metrics.agreement import nmi
from clustering.partition.autonr import search, splits
from clustering.partition.autonr.merges import merged
from clustering.partition.autonr.search import Limits, autonr
from clustering.partition.autonr.splits import cluster_split, noise_split
from clustering.partition.autonr.trial import Trial, bits, nearest_joined, replaced, widest_split
from clustering.partition.mdl import Coding, integer_code
from clustering.partition.nonredundant import Options
from clustering.partition.nrkmeans import nrkmeans, refined
from tests.clustering.partition.subspaces import seeded, two_subspaces


def options_for(x, outliers=True):
    return Options(coding=Coding.of(x, outliers=outliers), noise_by_mdl=True, prune=True)


def trial_for(x, repetitions=3, max_clusters=40):
    return Trial(options_for(x), seeded(), repetitions, max_clusters)


def searched(x, outliers=True, **limits):
    return autonr(x, Limits(repetitions=3, **limits), seeded(), options_for(x, outliers))


@pytest.mark.parametrize("outliers", [True, False])
def test_two_clusterings_of_three_and_the_noise_are_found(outliers):
    x, truth = two_subspaces()
    found = searched(x, outliers)
    assert found.model.counts == [3, 3, 1]
    best = [max(nmi(each, labels) for labels in found.model.labels[:2]) for each in truth]
    assert min(best) > 0.99
    assert all(later < earlier for earlier, later in pairwise(found.costs))
    assert found.costs[-1] == found.model.mdl
    assert min(len(own) for own in found.model.dimensions) >= 1
    assert found.model.mdl == pytest.approx(integer_code(3) + sum(found.model.space_mdl))


@pytest.mark.parametrize("seed", range(3))
def test_a_space_of_all_nine_pairs_is_split_into_three_by_three(seed):
    x, truth = two_subspaces(n=2000, noise=0, seed=seed)
    found = cluster_split(x, 9, trial_for(x))
    assert found.counts == [3, 3]
    assert min(max(nmi(each, labels) for labels in found.labels) for each in truth) > 0.99


def test_one_gaussian_is_one_cluster():
    x = torch.randn(300, 4, generator=seeded(), dtype=torch.float64)
    assert searched(x).model.counts == [1]


def test_limits_are_kept():
    x, _ = two_subspaces()
    assert len(searched(x, max_spaces=2).model.counts) == 2
    assert max(searched(x, max_clusters=2).model.counts) == 2


def test_every_attempt_hears_the_check():
    def stop(_):
        raise InterruptedError

    x, _ = two_subspaces(n=60)
    with pytest.raises(InterruptedError):
        autonr(x, Limits(), seeded(), Options(coding=Coding.of(x), prune=True, check=stop))


def test_a_space_of_all_pairs_of_clusters_is_split_within_the_bounds(monkeypatch):
    x, truth = two_subspaces(noise=0)
    tried = []

    def fits(found, k):
        tried.append(found.counts)
        return real(found, k)

    real = splits.fits
    monkeypatch.setattr(splits, "fits", fits)
    found = cluster_split(x, 9, trial_for(x, repetitions=10))
    assert all(max(counts) <= 9 <= counts[0] * counts[1] for counts in tried if len(counts) == 2)
    assert found is None or real(found, 9)
    assert found.counts == [3, 3]
    assert min(max(nmi(each, labels) for labels in found.labels) for each in truth) > 0.99


def test_a_clustering_is_taken_out_of_the_noise_and_one_dimension_is_clustered_whole():
    x, _ = two_subspaces()
    found = noise_split(x, trial_for(x))
    assert found.counts[0] > 1
    assert found.counts[1:] == [1]
    line = torch.cat([torch.randn(90, 1, generator=seeded()) + 20 * place for place in range(3)]).double()
    assert noise_split(line, trial_for(line)).counts == [3]


def test_spaces_that_say_the_same_are_merged():
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 3, 300)
    x = torch.from_numpy(np.stack([9.0 * labels, 11.0 * labels], axis=1) + rng.normal(size=(300, 2)))
    places = [torch.tensor([[9.0 * k] for k in range(3)]), torch.tensor([[11.0 * k] for k in range(3)])]
    found = merged(x, (places[0].double(), places[1].double()), trial_for(x))
    assert found.counts == [3]
    assert nmi(labels, found.labels[0]) == pytest.approx(1)


def test_the_search_merges_what_was_split_too_far(monkeypatch):
    labels = np.random.default_rng(1).integers(0, 5, 200)
    x = torch.from_numpy(8 * np.eye(5)[labels] + np.random.default_rng(2).normal(size=(200, 5)))
    met = []

    def merge(x, model, trial):
        better = real(x, model, trial)
        met.append((model.counts, better and better.counts))
        return better

    real = search._merge
    monkeypatch.setattr(search, "_merge", merge)
    found = autonr(x, Limits(repetitions=1), seeded(4), options_for(x, outliers=False))
    assert ([4, 3, 1], [5, 1]) in met
    assert found.model.counts == [5, 1]
    assert nmi(labels, found.model.labels[0]) == pytest.approx(1)
    assert found.costs[-1] == found.model.mdl < found.costs[-2]


def test_the_two_nearest_centers_give_way_to_their_midpoint():
    centers = torch.tensor([[0.0, 0.0], [9.0, 5.0], [10.0, -5.0], [30.0, 0.0]])
    along = torch.tensor([[1.0], [0.0]])
    assert nearest_joined(centers, along).tolist() == [[0, 0], [30, 0], [9.5, 0]]
    assert len(nearest_joined(centers, torch.eye(2))) == 3


def test_the_widest_cluster_is_split_along_its_longest_axis():
    generator = seeded()
    narrow = torch.randn(100, 2, generator=generator, dtype=torch.float64) - 50
    wide = torch.randn(100, 2, generator=generator, dtype=torch.float64) * torch.tensor([9.0, 1.0]) + 50
    x = torch.cat([narrow, wide])
    found = nrkmeans(x, [2], seeded(), options=options_for(x, outliers=False))
    centers = widest_split(x, found, 0)
    halves = centers[1:]
    assert centers.shape == (3, 2)
    assert (halves[0] - halves[1]).abs()[0] == pytest.approx(18, rel=0.2)
    np.testing.assert_allclose(halves.mean(dim=0), wide.mean(dim=0), atol=1e-6)


def test_what_was_found_within_a_space_is_the_same_in_all_dimensions():
    x, _ = two_subspaces()
    options = options_for(x, outliers=False)
    model = nrkmeans(x, [3, 1], seeded(), n_init=3, options=options)
    y = x @ model.rotation[:, model.dimensions[1]]
    found = nrkmeans(y, [3, 1], seeded(), n_init=3, options=options)
    start = replaced(x, model, [1], found)
    np.testing.assert_allclose(start.rotation.T @ start.rotation, np.eye(7), atol=1e-9)
    assert sorted(torch.cat(list(start.dimensions)).tolist()) == list(range(7))
    assert [len(part) for part in start.centers] == [3, 3, 1]
    again = refined(x, start, options)
    assert bits(again) <= model.space_mdl[0] + bits(found) + 1e-6
