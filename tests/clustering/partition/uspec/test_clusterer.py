import numpy as np
import pytest
import torch
from scipy.linalg import eigh
from sklearn.datasets import make_circles

from clustering.metrics.agreement import ari
from clustering.partition.uspec.clusterer import Settings, USpec
from clustering.partition.uspec.graph import gaussian
from tests.clustering.partition.uspec.blobs import blobs


def fitted(z, k, p, **settings):
    """A U-SPEC of samples, and their labels."""
    clusterer = USpec(Settings(**settings))
    clusterer.represent(z, p, generator=torch.Generator().manual_seed(0))
    return clusterer, clusterer.cut(z, k, seed=0)


def test_all_neighbors_of_all_samples_make_the_dense_graph_of_the_kernel():
    z = blobs(30) / 10
    apart = torch.cdist(z.double(), z.double())
    nearest = torch.arange(30).repeat(30, 1)
    graph = gaussian(nearest, apart, 30, sigma=3.0).toarray()
    np.testing.assert_allclose(graph, np.exp(-(apart.numpy() ** 2) / 18), rtol=1e-12)


def test_the_graph_has_the_kernels_weight_for_the_nearest_and_none_for_others():
    nearest, apart = torch.tensor([[2, 0], [1, 2]]), torch.tensor([[1.0, 2.0], [0.0, 1e4]])
    graph = gaussian(nearest, apart, 4, sigma=2.0).toarray()
    expected = [[np.exp(-0.5), 0, np.exp(-0.125), 0], [0, 1, np.finfo(float).eps, 0]]
    np.testing.assert_allclose(graph, expected)


def test_the_kernel_is_as_wide_as_the_mean_distance():
    z = blobs(400)
    clusterer, _ = fitted(z, 5, 40)
    apart = torch.cdist(z.double(), clusterer.search.representatives.double())
    assert float(clusterer.sigma) == pytest.approx(float(apart.topk(5, largest=False).values.mean()))


@pytest.mark.parametrize("exact", [False, True])
def test_clusters_far_apart_are_found(exact):
    clusterer, labels = fitted(blobs(600), 5, 60, exact=exact)
    assert ari(np.arange(600) % 5, labels) == 1
    assert (len(clusterer.search.around) == 0) == exact


def test_rings_are_told_apart_where_means_cannot():
    x, ring = make_circles(1000, factor=0.4, noise=0.05, random_state=0)
    _, labels = fitted(torch.from_numpy(x).float(), 2, 120)
    assert ari(ring, labels) == 1


def test_the_cut_is_that_of_the_whole_graph():
    """Eigenvectors of the (n + p)² Laplacian, whose rows k-means would see, span the same space."""
    z = blobs(80, k=3) / 4
    clusterer, _ = fitted(z, 3, 20, exact_scale=True)
    B = gaussian(*clusterer.search.nearest(z, 5, lambda _: None), 20, sigma=float(clusterer.sigma)).toarray()
    whole = np.block([[np.zeros((80, 80)), B], [B.T, np.zeros((20, 20))]])
    degree = whole.sum(axis=1)
    values, vectors = eigh(np.eye(100) - whole / np.sqrt(degree[:, None] * degree), subset_by_index=(0, 3))
    np.testing.assert_allclose(clusterer.gamma, (1 - values) ** 2, atol=1e-9)
    representatives = (vectors[:, :3] / np.sqrt(degree)[:, None])[80:]
    _, cosines, _ = np.linalg.svd(
        np.linalg.qr(representatives)[0].T @ np.linalg.qr(clusterer.vectors.numpy())[0]
    )
    np.testing.assert_allclose(cosines, 1, atol=1e-9)


def test_fitted_samples_are_labeled_as_in_the_fit_and_new_ones_by_their_neighbors():
    z, new = blobs(600, k=4, seed=3), blobs(40, k=4, seed=3)[:7] + 0.3
    clusterer, labels = fitted(z, 4, 60)
    np.testing.assert_array_equal(clusterer.label(z), labels)
    for sample, label in zip(new, clusterer.label(new), strict=True):
        apart = (clusterer.search.representatives - sample).norm(dim=1).double()
        nearest = apart.argsort()[:5]
        weights = (-apart[nearest].square() / (2 * clusterer.sigma**2)).exp()
        place = (weights[:, None] * clusterer.vectors[nearest]).sum(dim=0)
        assert label == int((place / place.norm() - clusterer.centers).norm(dim=1).argmin())


def test_samples_that_are_all_the_same_are_one_cluster():
    _, labels = fitted(torch.ones(20, 3), 2, 5)
    assert set(labels) == {0}


def test_a_saved_clusterer_labels_the_same():
    z = blobs(200)
    clusterer, labels = fitted(z, 5, 40, exact=False)
    other = USpec(Settings())
    for name, value in clusterer.state_dict().items():
        owner, _, leaf = name.rpartition(".")
        setattr(other.get_submodule(owner), leaf, value.clone())
    np.testing.assert_array_equal(other.label(z), labels)
