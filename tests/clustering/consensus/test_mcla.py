import numpy as np
import pytest

from clustering.consensus.ensemble import Ensemble
from clustering.consensus.mcla import jaccard, mcla, memberships
from tests.clustering.consensus.ensembles import noisy, uneven


def test_jaccard_counts_samples():
    rows = uneven(missing=0.1).rows
    member = np.repeat(rows.incidence.toarray().astype(bool), rows.sizes, axis=0)
    alike = jaccard(rows)
    for a in range(0, len(alike), 3):
        for b in range(len(alike)):
            either = (member[:, a] | member[:, b]).sum()
            assert alike[a, b] == pytest.approx((member[:, a] & member[:, b]).sum() / either)
    same = rows.member[:, None] == rows.member
    assert not (alike * same - np.eye(len(alike))).any()


def test_mean_and_sum_differ_only_where_meta_clusters_are_uneven():
    rows = Ensemble.of(noisy(m=4)[1]).rows
    even, uneven_sizes = np.arange(12) % 3, np.array([0] * 6 + [1] * 4 + [2] * 2)
    np.testing.assert_allclose(4 * memberships(rows, even, "mean"), memberships(rows, even, "sum"))
    ratio = memberships(rows, uneven_sizes, "sum").sum(axis=0) / memberships(rows, uneven_sizes, "mean").sum(
        axis=0
    )
    np.testing.assert_allclose(ratio, [6, 4, 2])


def test_both_ways_to_collapse_agree_on_even_members():
    ensemble = Ensemble.of(noisy(n=150, m=7)[1])
    np.testing.assert_array_equal(mcla(ensemble, 3), mcla(ensemble, 3, collapse="sum"))


def test_more_clusters_than_the_members_have_in_all_are_not_formed():
    ensemble = Ensemble.of([[0, 0, 1, 1, 0, 1], [0, 1, 0, 1, 0, 1], [0, 0, 0, 0, 1, 1]])
    assert mcla(ensemble, 6).max() <= 5
