import numpy as np
import pytest

from clustering.consensus.ensemble import Ensemble
from clustering.consensus.hbgf import hbgf
from clustering.consensus.lwgp import lwgp, weighted_cut
from tests.clustering.consensus.ensembles import noisy, renamed, truth, uneven


def entropy_weights(labels, theta=1.0):
    """exp(-H*/(θ M)) of every cluster, from conditional probabilities sample by sample."""
    m = len(labels)
    found = []
    for own in labels:
        for cluster in range(own.max() + 1):
            inside = np.flatnonzero(own == cluster)
            bits = 0.0
            for other in labels:
                # The mean over the cluster's samples of -log2 of the share of those that are with it.
                bits += np.mean([-np.log2(np.mean(other[inside] == other[i])) for i in inside])
            found.append(np.exp(-bits / (theta * m)))
    return found


@pytest.mark.parametrize("theta", [0.4, 1.0])
def test_weights_are_in_the_order_of_the_clusterings(theta):
    ensemble = uneven(seed=4)
    weights = weighted_cut(ensemble, 3, theta=theta).weights
    np.testing.assert_allclose(weights, entropy_weights(ensemble.labels, theta))


def test_clusterings_that_agree_weigh_one_and_are_the_consensus():
    labels = truth(60, 4)
    found = weighted_cut(Ensemble.of([renamed(labels, seed) for seed in range(5)]), 4, theta=1.0)
    np.testing.assert_array_equal(found.weights, np.ones(20))
    _, first = np.unique(labels, return_index=True)
    names = np.argsort(np.argsort(first))
    np.testing.assert_array_equal(found.labels, names[labels])


def test_at_an_infinite_theta_all_clusters_weigh_alike():
    ensemble = uneven(seed=4)
    found = weighted_cut(ensemble, 3, theta=np.inf)
    np.testing.assert_array_equal(found.weights, 1)
    np.testing.assert_array_equal(found.labels, hbgf(ensemble, 3))


@pytest.mark.parametrize("seed", range(3))
def test_the_cut_places_every_sample_in_its_cluster(seed):
    ensemble = Ensemble.of(noisy(n=120, m=7, share=0.3, seed=seed)[1])
    found = weighted_cut(ensemble, 3, theta=1.0, seed=seed)
    B = ensemble.one_hot.multiply(found.weights).tocsr()
    np.testing.assert_array_equal(found.cut.label(found.cut.place(B)), found.labels)
    np.testing.assert_array_equal(lwgp(ensemble, 3, theta=1.0, seed=seed), found.labels)
    assert found.cut.gamma[0] == pytest.approx(1)
