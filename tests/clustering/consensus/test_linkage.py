import numpy as np
import pytest
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import pdist, squareform

from clustering.consensus.co_association import co_association
from clustering.consensus.eac import eac
from clustering.consensus.ensemble import Ensemble
from clustering.consensus.label_rows import LabelRows
from clustering.consensus.linkage import agglomerate
from clustering.consensus.lwea import lwea
from clustering.consensus.weights import eci
from clustering.metrics.agreement import ari
from tests.clustering.consensus.ensembles import noisy


@pytest.mark.parametrize("name", ["average", "single", "complete"])
@pytest.mark.parametrize("k", [1, 2, 5, 40])
def test_it_is_the_linkage_of_scipy(name, k):
    condensed = pdist(np.random.default_rng(0).normal(size=(40, 3)))
    theirs = fcluster(linkage(condensed, name), k, "maxclust")
    ours = agglomerate(squareform(condensed), k, sizes=np.ones(40, int), linkage=name)
    assert ari(theirs, ours) == 1


@pytest.mark.parametrize("name", ["average", "single", "complete"])
def test_a_row_of_several_samples_is_as_good_as_all_of_them(name):
    rng = np.random.default_rng(1)
    x, sizes = rng.normal(size=(15, 2)), rng.integers(1, 6, 15)
    each = np.repeat(x, sizes, axis=0)
    apart = agglomerate(squareform(pdist(each)), 4, sizes=np.ones(len(each), int), linkage=name)
    joined = agglomerate(squareform(pdist(x)), 4, sizes=sizes, linkage=name)
    assert ari(apart, np.repeat(joined, sizes)) == 1


def uncompressed(ensemble, k, weights):
    """Average linkage by SciPy over all samples, where distinct samples with the same labels are apart."""
    alike = (ensemble.one_hot * weights @ ensemble.one_hot.T).toarray() / ensemble.m
    np.fill_diagonal(alike, 1.0)
    return fcluster(linkage(squareform(1 - alike, checks=False), "average"), k, "maxclust")


@pytest.mark.parametrize("seed", range(5))
def test_evidence_of_distinct_rows_is_that_of_all_samples(seed):
    _, labels = noisy(n=80, m=5, share=0.25, seed=seed)
    ensemble = Ensemble.of(sorted(labels, key=lambda row: Ensemble.of([row, row]).labels[0].tobytes()))
    assert len(ensemble.rows.sizes) < 80
    weights = eci(ensemble.rows)
    assert ari(uncompressed(ensemble, 3, weights), lwea(ensemble, 3)) == 1


def test_without_bound_on_theta_it_is_evidence_accumulation():
    ensemble = Ensemble.of(noisy(n=80, m=5, share=0.3)[1])
    np.testing.assert_array_equal(lwea(ensemble, 4, theta=1e20), eac(ensemble, 4))


def test_single_linkage_is_offered_too():
    ensemble = Ensemble.of(noisy(n=80, m=5, share=0.3)[1])
    rows = ensemble.rows
    apart = 1 - co_association(rows)
    theirs = fcluster(linkage(squareform(apart, checks=False), "single"), 0.3, "distance")
    assert isinstance(rows, LabelRows)
    assert ari(theirs[rows.index], eac(ensemble, theirs.max(), linkage="single")) == 1
