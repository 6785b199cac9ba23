import numpy as np
import pytest

from clustering.consensus.balanced import balanced_k_means, cap_of, divided, placed
from clustering.consensus.cspa import cspa
from clustering.consensus.ensemble import Ensemble
from clustering.consensus.hgpa import hgpa
from clustering.metrics.agreement import ari
from tests.clustering.consensus.ensembles import uneven


@pytest.mark.parametrize(("consensus", "slack"), [(cspa, 0.05), (hgpa, 0.03)])
@pytest.mark.parametrize("seed", range(3))
def test_no_cluster_exceeds_its_cap(consensus, slack, seed):
    ensemble = uneven(n=203, seed=seed)
    for k in (2, 3, 7):
        counts = np.bincount(consensus(ensemble, k, balanced=True))
        assert counts.max() <= cap_of(203, k, slack)
        assert counts.sum() == 203


def test_a_row_larger_than_the_cap_is_divided():
    labels = np.repeat([0, 1], [70, 30])
    found = cspa(Ensemble.of([labels, labels]), 2, balanced=True)
    np.testing.assert_array_equal(np.sort(np.bincount(found)), [47, 53])


def test_clusters_that_fit_are_left_as_they_are():
    rng = np.random.default_rng(0)
    right = np.arange(60) % 3
    x = np.eye(3)[right] + rng.normal(scale=0.05, size=(60, 3))
    shares = balanced_k_means(x, 3, sizes=np.ones(60, int), slack=0.05)
    assert ari(right, divided(shares, np.arange(60))) == 1


def test_who_loses_most_by_leaving_stays():
    apart = np.array([[0.0, 1.0], [0.0, 9.0], [0.0, 4.0]])
    np.testing.assert_array_equal(placed(apart, np.ones(3, int), 2), [[0, 1], [1, 0], [1, 0]])


def test_the_cap_is_never_too_small():
    for n, k in ((1, 1), (7, 3), (100, 7), (60, 3)):
        assert k * cap_of(n, k, 0.0) >= n
    assert cap_of(100, 2, 0.05) == 53
