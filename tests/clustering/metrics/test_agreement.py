from itertools import permutations

import numpy as np
import pytest
from sklearn import metrics as reference

from clustering.errors import InvalidData
from clustering.metrics import agreement
from clustering.metrics.agreement import (
    accuracy,
    ami,
    ari,
    label_change,
    nmi,
    purity,
    variation_of_information,
)
from clustering.metrics.contingency import contingency, entropy

SYMMETRIC = [nmi, ari, ami]


def labelings(seed, n=400, a=5, b=7):
    rng = np.random.default_rng(seed)
    truth = rng.integers(a, size=n)
    return truth, np.where(rng.random(n) < 0.5, truth, rng.integers(b, size=n))


def entropy_of(labels):
    return entropy(np.unique(labels, return_counts=True)[1])


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (nmi, reference.normalized_mutual_info_score),
        (ari, reference.adjusted_rand_score),
        (ami, reference.adjusted_mutual_info_score),
    ],
)
def test_agreement_is_what_scikit_learn_says(ours, theirs, seed):
    truth, labels = labelings(seed)
    assert ours(truth, labels) == pytest.approx(theirs(truth, labels), abs=1e-12)


@pytest.mark.parametrize("measure", [accuracy, nmi, ari, ami, purity])
def test_a_relabeled_partition_agrees_fully(measure):
    truth = np.random.default_rng(0).integers(6, size=200)
    renamed = np.array([40, 7, 99, 0, 3, 12])[truth]
    assert measure(truth, renamed) == pytest.approx(1)
    assert variation_of_information(truth, renamed) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("measure", [accuracy, nmi, ari, ami, purity, variation_of_information])
def test_names_of_clusters_do_not_matter(measure):
    truth, labels = labelings(3)
    assert measure(truth, 10 * (6 - labels)) == pytest.approx(measure(truth, labels), abs=1e-12)


@pytest.mark.parametrize("measure", [*SYMMETRIC, variation_of_information])
def test_order_of_the_two_labelings_does_not_matter(measure):
    truth, labels = labelings(4)
    assert measure(truth, labels) == pytest.approx(measure(labels, truth), abs=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_accuracy_is_the_best_of_all_one_to_one_maps(seed):
    truth, labels = labelings(seed, n=60, a=4, b=4)
    best = max(np.mean(np.array(names)[labels] == truth) for names in permutations(range(4)))
    assert accuracy(truth, labels) == pytest.approx(best)


def test_accuracy_lies_between_the_largest_share_split_evenly_and_one():
    truth, labels = labelings(1)
    largest = np.bincount(truth).max() / len(truth)
    assert largest / len(set(labels)) <= accuracy(truth, labels) <= 1


def test_accuracy_of_one_cluster_is_the_largest_class():
    truth, _ = labelings(0)
    assert accuracy(truth, np.zeros_like(truth)) == np.bincount(truth).max() / len(truth)


def test_accuracy_of_singletons_is_one_sample_a_class():
    truth, _ = labelings(0)
    assert accuracy(truth, np.arange(len(truth))) == len(set(truth)) / len(truth)


def test_extra_clusters_and_classes_without_a_partner_count_as_wrong():
    assert accuracy([0, 0, 0, 0], [0, 0, 0, 1]) == 0.75
    assert accuracy([0, 1, 2, 2], [0, 0, 1, 1]) == 0.75


def test_noise_is_wrong_unless_it_is_ignored():
    truth, labels = [0, 0, 1, 1], [0, 0, 1, -1]
    assert accuracy(truth, labels) == purity(truth, labels) == 0.75
    assert accuracy(truth, labels, ignore_noise=True) == purity(truth, labels, ignore_noise=True) == 1
    assert nmi(truth, labels) < 1 == nmi(truth, labels, ignore_noise=True)


def test_noise_alone_earns_nothing():
    assert accuracy([0, 1], [-1, -1]) == purity([0, 1], [-1, -1]) == 0


@pytest.mark.parametrize("seed", range(5))
def test_variation_of_information_is_two_entropies_less_twice_the_shared_part(seed):
    truth, labels = labelings(seed)
    a, b, shared = entropy_of(truth), entropy_of(labels), reference.mutual_info_score(truth, labels)
    vi = variation_of_information(truth, labels)
    assert vi == pytest.approx(a + b - 2 * shared)
    assert nmi(truth, labels) == pytest.approx(1 - vi / (a + b))


def test_variation_of_information_follows_its_own_formula():
    truth, labels = labelings(2)
    r = contingency(truth, labels).cells.toarray() / len(truth)
    p, q = r.sum(axis=1, keepdims=True), r.sum(axis=0, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(r > 0, r * (np.log(r / p) + np.log(r / q)), 0)
    assert variation_of_information(truth, labels) == pytest.approx(-terms.sum())


def test_variation_of_information_obeys_the_triangle_inequality():
    rng = np.random.default_rng(0)
    for _ in range(50):
        a, b, c = rng.integers(4, size=(3, 30))
        detour = variation_of_information(a, b) + variation_of_information(b, c)
        assert variation_of_information(a, c) <= detour + 1e-12


def test_variation_of_information_of_independent_balanced_clusterings_is_the_published_value():
    i = np.arange(36)
    six, three, two = i % 6, i // 6 % 3, i // 18
    pairs = [(six, three), (six, two), (three, two)]
    found = [variation_of_information(a, b) for a, b in pairs]
    assert found == pytest.approx([2.89, 2.48, 1.79], abs=0.005)
    assert np.mean(found) == pytest.approx(2.39, abs=0.005)


def test_variation_of_information_is_at_most_the_logarithm_of_n():
    n = 50
    assert variation_of_information(np.zeros(n, int), np.arange(n)) == pytest.approx(np.log(n))


def test_one_group_each_agrees_and_one_group_against_many_does_not():
    one, mixed = np.zeros(10, int), np.arange(10) % 3
    assert nmi(one, one) == ari(one, one) == 1
    assert nmi(one, mixed) == nmi(mixed, one) == ari(one, mixed) == 0
    assert ari(np.arange(10), np.arange(10)) == 1


def test_merging_two_true_clusters_costs_agreement():
    truth = np.arange(90) % 3
    merged = np.minimum(truth, 1)
    assert nmi(truth, merged) < 1
    assert purity(truth, merged) == pytest.approx(2 / 3)


def test_random_labels_are_near_zero():
    rng = np.random.default_rng(0)
    truth, labels = rng.integers(10, size=(2, 5000))
    assert abs(ari(truth, labels)) < 0.01
    assert label_change(truth, labels) > 0.99


def test_labels_that_stay_have_not_changed():
    labels = np.arange(20) % 3
    assert label_change(labels, labels) == pytest.approx(0, abs=1e-12)


def test_purity_is_the_mean_majority():
    assert purity([0, 0, 1, 1, 1, 2], [5, 5, 5, 8, 8, 8]) == pytest.approx(4 / 6)


@pytest.mark.parametrize(
    ("truth", "labels"),
    [([0, 1], [0, 1, 1]), ([[0, 1]], [[0, 1]]), ([], []), ([0.5, 1], [0, 1])],
)
def test_what_cannot_be_compared_is_refused(truth, labels):
    with pytest.raises(InvalidData):
        nmi(np.asarray(truth), np.asarray(labels))


def test_counts_of_many_samples_do_not_overflow():
    labels = np.repeat([0, 1], 100_000)
    assert ari(labels, labels[::-1]) == pytest.approx(1)


@pytest.mark.parametrize("seed", range(3))
def test_accuracy_of_very_many_clusters_is_the_same_by_the_sparse_way(seed, monkeypatch):
    rng = np.random.default_rng(seed)
    truth, labels = rng.integers(40, size=300), rng.integers(70, size=300)
    dense = [accuracy(truth, labels), accuracy(labels, truth)]
    monkeypatch.setattr(agreement, "DENSE_CELLS", 0)
    assert [accuracy(truth, labels), accuracy(labels, truth)] == pytest.approx(dense)


def test_a_name_for_every_sample_is_compared_with_many_clusters_in_little_memory():
    names = np.arange(20_000)
    assert accuracy(names, names % 2000) == 0.1
