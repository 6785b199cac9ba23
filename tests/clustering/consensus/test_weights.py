import numpy as np
import pytest

from clustering.consensus.ensemble import Ensemble
from clustering.consensus.label_rows import label_rows
from clustering.consensus.weights import cluster_entropies, eci
from tests.clustering.consensus.ensembles import truth, uneven


def entropies_by_loops(labels):
    """H*(C) from its definition, cluster by cluster."""
    found = []
    for own in labels:
        for cluster in range(own.max() + 1):
            inside, bits = own == cluster, 0.0
            for other in labels:
                count = np.bincount(other[inside & (other >= 0)])
                share = count[count > 0] / max(1, count.sum())
                bits -= float((share * np.log2(share)).sum())
            found.append(bits)
    return found


@pytest.mark.parametrize("missing", [0.0, 0.2])
def test_entropies_are_those_of_the_definition(missing):
    rows = uneven(missing=missing).rows
    every_sample = np.repeat(rows.labels, rows.sizes, axis=1)
    np.testing.assert_allclose(cluster_entropies(rows), entropies_by_loops(every_sample), atol=1e-12)


def test_members_that_agree_have_weight_one():
    labels = truth()
    np.testing.assert_array_equal(eci(Ensemble.of([labels, labels, labels]).rows), np.ones(9))


def test_a_cluster_that_all_others_halve_loses_a_bit_for_each():
    whole, halves = np.zeros(8, int), np.arange(8) % 2
    rows = label_rows(np.stack([whole, halves, halves, halves]))
    at = rows.labels.max(axis=1).argmin()
    entropy = cluster_entropies(rows)[np.flatnonzero(rows.member == at)[0]]
    assert entropy == pytest.approx(3.0)


def test_weights_lie_in_0_to_1_and_follow_the_formula():
    rows = uneven(missing=0.1).rows
    for theta in (0.1, 0.4, 1.0):
        weights = eci(rows, theta)
        assert ((weights > 0) & (weights <= 1)).all()
        np.testing.assert_allclose(np.log(weights) * theta * 5, -cluster_entropies(rows), atol=1e-9)
