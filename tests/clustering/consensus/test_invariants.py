"""What every consensus function promises."""

import numpy as np
import pytest

from clustering.consensus.ensemble import Ensemble
from clustering.errors import InvalidData
from clustering.metrics.agreement import ari
from tests.clustering.consensus.ensembles import EVERY, noisy, renamed, truth

every = pytest.mark.parametrize("consensus", EVERY.values(), ids=EVERY)


@every
@pytest.mark.parametrize("k", [2, 3, 7])
def test_members_that_agree_are_the_consensus(consensus, k):
    labels = truth(70, k)
    ensemble = Ensemble.of([renamed(labels, seed) for seed in range(4)])
    assert ari(labels, consensus(ensemble, k)) == 1


@pytest.mark.parametrize("name", EVERY)
def test_members_that_agree_on_uneven_clusters_are_the_consensus(name):
    labels = np.repeat([0, 1, 2], [5, 40, 15])
    ensemble = Ensemble.of([renamed(labels, seed) for seed in range(4)])
    free = {"balanced": False} if name == "hgpa" else {}
    assert ari(labels, EVERY[name](ensemble, 3, **free)) == 1


@every
def test_neither_names_nor_the_order_of_members_matter(consensus):
    _, labels = noisy(m=7, share=0.4)
    order = np.random.default_rng(3).permutation(len(labels))
    other = Ensemble.of([renamed(labels[index], index) for index in order])
    np.testing.assert_array_equal(consensus(Ensemble.of(labels), 3), consensus(other, 3))


@every
def test_most_noise_of_the_members_is_voted_down(consensus):
    right, labels = noisy(n=150, m=9)
    reached = ari(right, consensus(Ensemble.of(labels), 3))
    assert reached > max(ari(right, member) for member in labels)


@every
def test_missing_labels_are_filled_and_a_sample_without_any_stays_out(consensus):
    right, labels = noisy(n=120, m=8, share=0.0)
    labels = np.where(np.random.default_rng(0).random(labels.shape) < 0.2, -1, labels)
    labels[:, 0] = -1
    found = consensus(Ensemble.of(labels), 3)
    labeled = (labels >= 0).any(axis=0)
    assert (found[labeled] >= 0).all()
    assert (found[~labeled] == -1).all()
    assert ari(right[labeled], found[labeled]) > 0.9


@every
def test_clusters_are_counted_as_samples_name_them(consensus):
    found = consensus(Ensemble.of(noisy()[1]), 3)
    _, first = np.unique(found, return_index=True)
    assert found.dtype == np.int64
    assert (np.diff(first) > 0).all()


@every
def test_more_clusters_than_distinct_rows_are_refused(consensus):
    labels = truth(20, 2)
    with pytest.raises(InvalidData, match="k is 3; the ensemble tells 2 kinds"):
        consensus(Ensemble.of([labels, labels]), 3)
