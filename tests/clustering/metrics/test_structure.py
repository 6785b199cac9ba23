import numpy as np
import pytest
from sklearn import metrics as reference
from sklearn.datasets import make_blobs

from clustering.metrics.structure import calinski_harabasz, davies_bouldin, silhouette, silhouettes


def blobs(seed=0, n=300, k=4, spread=1.0):
    return make_blobs(n, centers=k, n_features=6, cluster_std=spread, random_state=seed)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (silhouette, reference.silhouette_score),
        (davies_bouldin, reference.davies_bouldin_score),
        (calinski_harabasz, reference.calinski_harabasz_score),
    ],
)
def test_structure_is_what_scikit_learn_says(ours, theirs, seed):
    z, labels = blobs(seed, spread=3.0)
    assert ours(z, labels) == pytest.approx(theirs(z, labels), rel=1e-9)


def test_silhouettes_of_single_samples_are_what_scikit_learn_says():
    z, labels = blobs(spread=4.0)
    labels[0] = 99
    index, values = silhouettes(z, labels)
    np.testing.assert_array_equal(index, np.arange(len(z)))
    np.testing.assert_allclose(values, reference.silhouette_samples(z, labels), atol=1e-9)
    assert values[0] == 0


@pytest.mark.parametrize("measure", [silhouette, davies_bouldin, calinski_harabasz])
def test_noise_is_left_out(measure):
    z, labels = blobs()
    far = np.vstack([z, np.full((5, 6), 1e3)])
    assert measure(far, np.append(labels, [-1] * 5)) == pytest.approx(measure(z, labels))


@pytest.mark.parametrize("measure", [silhouette, davies_bouldin, calinski_harabasz])
def test_one_cluster_has_no_structure(measure):
    z, labels = blobs()
    assert np.isnan(measure(z, np.zeros_like(labels)))
    assert np.isnan(measure(z, np.full_like(labels, -1)))


def test_as_many_clusters_as_samples_have_no_silhouette():
    z, _ = blobs(n=10)
    assert np.isnan(silhouette(z, np.arange(10)))
    assert np.isnan(calinski_harabasz(z, np.arange(10)))


def test_two_far_blobs_are_near_one_and_random_labels_near_zero():
    z = np.random.default_rng(0).normal(size=(400, 5))
    halves = np.arange(400) % 2
    assert silhouette(z + 1e3 * halves[:, None], halves) > 0.99
    assert abs(silhouette(z, halves)) < 0.02


def test_all_samples_on_one_spot_have_silhouette_zero():
    z = np.full((20, 3), 0.1)
    assert silhouette(z, np.arange(20) % 2) == 0
    assert davies_bouldin(z, np.arange(20) % 2) == 0


def test_copies_of_one_sample_far_from_the_origin_are_at_distance_zero():
    z = np.repeat(1e4 + np.random.default_rng(0).normal(size=(3, 8)), 4, axis=0)
    assert silhouette(z, np.repeat([0, 1, 2], 4)) == 1


def test_a_sampled_silhouette_is_near_the_full_one_and_repeats_by_its_seed():
    z, labels = blobs(n=4000, spread=3.0)
    sampled = silhouette(z, labels, limit=800, seed=1)
    assert sampled == silhouette(z, labels, limit=800, seed=1)
    assert sampled == pytest.approx(silhouette(z, labels), abs=0.03)


def test_a_sample_keeps_the_proportions_of_the_clusters():
    labels = np.repeat([0, 1, 2], [700, 200, 100])
    index, _ = silhouettes(np.random.default_rng(0).normal(size=(1000, 2)), labels, limit=100)
    assert np.bincount(labels[index]) == pytest.approx([70, 20, 10], abs=1)


def test_single_precision_is_computed_in_double():
    z, labels = blobs(spread=3.0)
    narrow = z.astype(np.float32)
    assert silhouette(narrow, labels) == silhouette(narrow.astype(np.float64), labels)
    assert calinski_harabasz(narrow, labels) == calinski_harabasz(narrow.astype(np.float64), labels)
