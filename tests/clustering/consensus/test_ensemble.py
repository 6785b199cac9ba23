import numpy as np
import pytest

from clustering.consensus.ensemble import Ensemble
from clustering.errors import InvalidData
from tests.clustering.consensus.ensembles import uneven


def test_clusters_are_renumbered_and_missing_labels_stay():
    ensemble = Ensemble.of([[7, 7, 3, -5, 3], [0.0, np.nan, 2.0, 2.0, 0.0]], ["a", "b"])
    np.testing.assert_array_equal(ensemble.labels, [[0, 0, 1, -1, 1], [0, -1, 1, 1, 0]])
    assert (ensemble.n, ensemble.m, ensemble.names) == (5, 2, ("a", "b"))
    np.testing.assert_array_equal(ensemble.clusters, [2, 2])


def test_one_hot_has_a_one_for_every_label():
    ensemble = uneven(missing=0.1)
    dense = ensemble.one_hot.toarray()
    column = 0
    for labels, k in zip(ensemble.labels, ensemble.clusters, strict=True):
        np.testing.assert_array_equal(
            dense[:, column : column + k], labels[:, None] == np.arange(k), strict=False
        )
        column += k
    assert dense.shape == (60, column)


def test_distinct_rows_rebuild_the_labels():
    ensemble = Ensemble.of([[0, 0, 1, 1, -1, 0], [0, 0, 1, 0, -1, 0]])
    rows = ensemble.rows
    np.testing.assert_array_equal(rows.sizes, [3, 1, 1])
    np.testing.assert_array_equal(rows.index, [0, 0, 1, 2, -1, 0])
    known = rows.index >= 0
    assert sorted(map(tuple, rows.labels[:, rows.index[known]])) == sorted(
        map(tuple, ensemble.labels[:, known])
    )


@pytest.mark.parametrize(
    ("labels", "met"),
    [
        ([[0, 1]], "at least 2 clusterings; met 1"),
        ([[0, 1], [0, 1, 1]], r"\(2,\), \(3,\)"),
        ([[0, 1], [0.5, 1.0]], "no whole numbers"),
        ([[0, 1], [0.0, np.inf]], "no whole numbers"),
        ([[0, 1], ["a", "b"]], "dtype"),
        ([[0, 1], [-1, -1]], "labels no sample"),
        ([[], []], "met shapes"),
        ([[[0]], [[1]]], "met shapes"),
    ],
)
def test_what_is_no_ensemble_is_refused(labels, met):
    with pytest.raises(InvalidData, match=met):
        Ensemble.of(labels)


def test_names_are_as_many_as_clusterings():
    with pytest.raises(InvalidData, match="2 clusterings need as many names; met 1"):
        Ensemble.of([[0, 1], [0, 1]], ["a"])
