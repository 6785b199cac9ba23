import numpy as np
import pytest
import torch
from pydantic import ValidationError
from sklearn.cluster import AgglomerativeClustering
from sklearn.cluster import Birch as ReferenceBirch
from sklearn.cluster import KMeans as ReferenceKMeans
from sklearn.datasets import make_blobs
from sklearn.decomposition import NMF as ReferenceNMF  # noqa: N811
from sklearn.decomposition import PCA
from sklearn.mixture import GaussianMixture

from clustering import engine
from clustering.errors import Cancelled, InvalidData
from clustering.metrics.agreement import ari
from clustering.params import parse
from clustering.run import Run


@pytest.fixture(scope="module")
def x():
    return make_blobs(300, centers=4, n_features=5, cluster_std=1.5, random_state=3)[0].astype(np.float32)


@pytest.fixture(scope="module")
def positive():
    return np.random.default_rng(0).random((80, 6)).astype(np.float32)


def fit(x, method, **fields):
    return engine.fit(x, parse({"method": method, "n_clusters": 4, **fields}))


def labels(result):
    return result.clusterings[0].labels.numpy()


def test_kmeans_is_as_tight_as_scikit_learns(x):
    result = fit(x, "kmeans")
    centers = result.clusterings[0].centers.numpy()
    inertia = ((x - centers[labels(result)]) ** 2).sum()
    assert inertia == pytest.approx(ReferenceKMeans(4, n_init=10, random_state=0).fit(x).inertia_, rel=1e-4)


def test_kmeans_far_from_the_origin_labels_by_the_nearest_center(x):
    far = x + 1000
    result = fit(far, "kmeans")
    centers = result.clusterings[0].centers.numpy().astype(np.float64)
    exact = ((far[:, None] - centers) ** 2).sum(axis=2).argmin(axis=1)
    np.testing.assert_array_equal(labels(result), exact)


def test_pca_embeds_as_scikit_learn_does(x):
    found = fit(x, "pca_kmeans", embedding_dim=2).embeddings.numpy()
    np.testing.assert_allclose(np.abs(found), np.abs(PCA(2).fit_transform(x)), atol=1e-3)


def test_whitened_components_have_unit_variance(x):
    found = fit(x, "pca_kmeans", embedding_dim=3, whiten=True).embeddings.numpy()
    np.testing.assert_allclose(found.var(axis=0, ddof=1), 1, rtol=1e-3)


@pytest.mark.parametrize("whiten", [False, True])
def test_all_components_decode_to_the_samples(x, whiten):
    result = fit(x, "pca_kmeans", embedding_dim=100, whiten=whiten)
    assert result.embeddings.shape == (300, 5)
    np.testing.assert_allclose(result.decode(result.embeddings), x, atol=1e-3)


@pytest.mark.parametrize("covariance", ["full", "tied", "diag", "spherical"])
def test_responsibilities_are_those_of_scikit_learn(x, covariance):
    result = fit(x, "gmm", covariance=covariance)
    reference = GaussianMixture(4, covariance_type=covariance, random_state=Run().seed_for("gmm"))
    expected = reference.fit(x.astype(np.float64)).predict_proba(x.astype(np.float64))
    np.testing.assert_allclose(result.clusterings[0].soft, expected, atol=1e-5)


def test_a_component_that_shrinks_to_a_point_is_refused_with_advice():
    x = np.repeat([[0.0, 0.0], [5.0, 5.0], [9.0, 0.0], [0.0, 9.0]], 5, axis=0)
    with pytest.raises(InvalidData, match="regularization"):
        fit(x, "gmm", regularization=0)
    assert len(set(labels(fit(x, "gmm")))) == 4


def test_birch_finds_what_scikit_learn_finds(x):
    expected = ReferenceBirch(threshold=0.5, n_clusters=4).fit_predict(x)
    assert ari(expected, labels(fit(x, "birch"))) == pytest.approx(1)


def test_birch_with_too_many_subclusters_says_what_to_change(x):
    with pytest.raises(InvalidData, match="raise the threshold"):
        fit(x, "birch", threshold=0.01, max_subclusters=20)


def test_agglomerative_is_scikit_learns(x):
    expected = AgglomerativeClustering(4, linkage="average", metric="manhattan").fit_predict(x)
    found = labels(fit(x, "agglomerative", linkage="average", metric="manhattan"))
    np.testing.assert_array_equal(found, expected)


def test_ward_takes_euclidean_distances_only():
    with pytest.raises(ValidationError, match="euclidean"):
        parse({"method": "agglomerative", "n_clusters": 2, "metric": "cosine"})


def test_spectral_separates_rings_that_kmeans_cannot():
    angle = np.linspace(0, 2 * np.pi, 150, endpoint=False)
    ring = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    x, truth = np.vstack([ring, 4 * ring]), np.repeat([0, 1], 150)
    for fields in ({"n_neighbors": 5}, {"affinity": "rbf", "gamma": 5.0}):
        assert ari(truth, labels(fit(x, "spectral", **fields | {"n_clusters": 2}))) == 1
    assert ari(truth, labels(fit(x, "kmeans", n_clusters=2))) < 0.1


def test_nmf_reconstructs_as_well_as_scikit_learn(positive):
    result = fit(positive, "nmf", max_iter=2000)
    reference = ReferenceNMF(4, max_iter=2000).fit(positive)
    ours = np.linalg.norm(positive - result.decode(result.embeddings))
    assert ours == pytest.approx(reference.reconstruction_err_, rel=0.01)


def test_nmf_weights_are_the_least_squares_that_scikit_learn_finds(positive):
    method = fit(positive, "nmf", max_iter=2000).method
    reference = ReferenceNMF(4, max_iter=5000, tol=1e-10)
    reference.fit(positive)
    reference.components_ = method.parts.numpy()
    found = method.embed(torch.from_numpy(positive))
    np.testing.assert_allclose(found, reference.transform(positive), atol=1e-3)


def test_nmf_parts_have_unit_length_so_that_weights_compare(positive):
    parts = fit(positive, "nmf").method.parts
    np.testing.assert_allclose(parts.norm(dim=1), 1, rtol=1e-5)


def test_nmf_names_the_least_value_that_it_met():
    x = np.array([[1.0, 2.0], [0.5, -1.25], [3.0, 1.0], [1.0, 1.0]])
    with pytest.raises(InvalidData, match=r"-1\.25"):
        fit(x, "nmf")
    assert len(labels(fit(x, "nmf", scale="unit"))) == 4


def test_nmf_takes_samples_of_zeros(positive):
    x = positive.copy()
    x[0] = 0
    soft = fit(x, "nmf").clusterings[0].soft
    np.testing.assert_allclose(soft[0], 0.25)


def test_a_sample_without_a_cosine_is_named(x):
    x = x.copy()
    x[7] = 0
    with pytest.raises(InvalidData, match="Sample 7 "):
        fit(x, "agglomerative", linkage="average", metric="cosine")


@pytest.mark.parametrize(
    ("method", "fields"),
    [
        ("agglomerative", {}),
        ("spectral", {"affinity": "rbf"}),
        ("birch", {"threshold": 1e-3}),
        ("kmeans", {}),
    ],
)
def test_what_does_not_fit_into_memory_is_refused_with_the_estimate(x, method, fields):
    params = parse({"method": method, "n_clusters": 4, **fields})
    with pytest.raises(InvalidData, match="GiB"):
        engine.fit(x, params, Run(memory_budget_bytes=10_000))


@pytest.mark.parametrize("method", ["spectral", "agglomerative"])
def test_quadratic_methods_bound_the_number_of_samples(method):
    x = np.zeros((20_001, 1), dtype=np.float32)
    with pytest.raises(InvalidData, match="20000"):
        fit(x, method)


@pytest.mark.parametrize(
    "method", ["kmeans", "spectral", "agglomerative", "nmf", "pca_kmeans", "birch", "gmm"]
)
def test_a_cancel_during_the_computation_is_heard_after_it(x, method):
    asked = iter([None] * 1 + ["cancel"] * 100)
    with pytest.raises(Cancelled):
        engine.fit(np.abs(x), parse({"method": method, "n_clusters": 4}), Run(stop=lambda: next(asked)))
