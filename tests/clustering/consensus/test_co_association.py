import numpy as np
import pytest

from clustering.consensus.co_association import co_association
from clustering.consensus.eac import eac
from clustering.consensus.ensemble import Ensemble
from clustering.consensus.lwea import lwea
from clustering.consensus.weights import eci
from clustering.errors import TooLarge
from tests.clustering.consensus.ensembles import truth, uneven


def test_it_is_the_share_of_members_that_agree():
    rows = uneven(missing=0.1).rows
    alike = co_association(rows)
    labels = rows.labels.T
    for i in range(0, len(alike), 7):
        for j in range(i):
            assert alike[i, j] == pytest.approx(np.mean((labels[i] == labels[j]) & (labels[i] >= 0)))


def test_weighted_it_is_symmetric_within_0_and_1_and_1_on_the_diagonal():
    rows = uneven(n=200, missing=0.1).rows
    alike = co_association(rows, eci(rows))
    np.testing.assert_array_equal(alike, alike.T)
    np.testing.assert_array_equal(alike.diagonal(), 1)
    assert alike.min() >= 0
    assert alike.max() <= 1


def test_of_members_that_agree_it_has_blocks_of_ones():
    labels = truth()
    rows = Ensemble.of([labels, labels]).rows
    alike = co_association(rows, eci(rows))[rows.index][:, rows.index]
    np.testing.assert_array_equal(alike, labels[:, None] == labels)


def test_what_does_not_fit_is_refused_with_the_bytes():
    ensemble = uneven()
    m = len(ensemble.rows.sizes)
    for consensus in (eac, lwea):
        with pytest.raises(TooLarge, match=f"about {16 * m * m} bytes") as refused:
            consensus(ensemble, 3, budget_bytes=16 * m * m - 1)
        assert refused.value.needed_bytes == 16 * m * m
        consensus(ensemble, 3, budget_bytes=16 * m * m)


def test_memory_grows_with_distinct_rows_alone():
    labels = truth(1000, 4)
    assert eac(Ensemble.of([labels, labels]), 4, budget_bytes=16 * 4 * 4).max() == 3
