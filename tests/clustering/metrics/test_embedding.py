import numpy as np
import pytest
from sklearn.datasets import make_blobs
from sklearn.metrics import silhouette_samples
from sklearn.metrics.pairwise import cosine_distances, euclidean_distances
from sklearn.neighbors import NearestNeighbors
from sklearn.preprocessing import normalize

from clustering.errors import InvalidData
from clustering.metrics.embedding import class_distances, local_purity, uncertainty, view_similarity

Z, LABELS = make_blobs(300, centers=4, n_features=6, cluster_std=4.0, random_state=0)


def typed_out(apart, labels):
    """(intra, inter) by the text, sample by sample."""
    intra, inter = [], []
    for i, own in enumerate(labels):
        others = (labels == own) & (np.arange(len(labels)) != i)
        if others.any():
            intra.append(apart[i, others].mean())
        inter.append(min(apart[i, labels == c].mean() for c in set(labels.tolist()) - {own}))
    return pytest.approx((np.mean(intra), np.mean(inter)), rel=1e-9)


def pair(found):
    return found.intra, found.inter


@pytest.mark.parametrize(
    ("metric", "apart"), [("cosine", cosine_distances), ("euclidean", euclidean_distances)]
)
def test_class_distances_are_what_the_text_says(metric, apart):
    labels = LABELS.copy()
    labels[0] = 9
    assert pair(class_distances(Z, labels, metric=metric)) == typed_out(apart(normalize(Z)), labels)


def test_class_distances_are_the_parts_of_a_silhouette():
    same = np.repeat(normalize(np.eye(3) + 0.1), 5, axis=0)
    found = class_distances(same, np.repeat([0, 1, 2], 5))
    assert found.intra == pytest.approx(0, abs=1e-12)
    assert silhouette_samples(same, np.repeat([0, 1, 2], 5), metric="cosine").mean() == pytest.approx(1)
    assert found.inter == pytest.approx(cosine_distances(same)[0, 5])


def test_separate_classes_are_nearer_to_themselves_and_random_ones_are_not():
    z, labels = make_blobs(400, centers=[[9, 0, 0], [0, 9, 0], [0, 0, 9]], random_state=0)
    assert 10 * class_distances(z, labels).intra < class_distances(z, labels).inter
    random = class_distances(z, np.random.default_rng(0).permutation(labels))
    assert random.intra == pytest.approx(random.inter, rel=0.05)


def test_the_length_of_embeddings_and_the_names_of_classes_do_not_matter():
    length = np.random.default_rng(0).uniform(0.1, 9, (len(Z), 1))
    assert pair(class_distances(Z * length, 30 - 7 * LABELS)) == pytest.approx(
        pair(class_distances(Z, LABELS))
    )


def test_class_distances_of_a_sample_are_near_the_full_ones_and_repeat_by_their_seed():
    z, labels = make_blobs(4000, centers=4, n_features=6, cluster_std=4.0, random_state=0)
    drawn = class_distances(z, labels, limit=800, seed=1)
    assert drawn == class_distances(z, labels, limit=800, seed=1)
    assert pair(drawn) == pytest.approx(pair(class_distances(z, labels)), rel=0.05)


def test_without_another_class_or_a_companion_a_distance_is_undefined():
    one = class_distances(Z, np.zeros(300, dtype=int))
    assert one.intra > 0 and np.isnan(one.inter)
    alone = class_distances(Z, np.arange(300))
    assert np.isnan(alone.intra) and alone.inter > 0
    assert np.isnan(pair(class_distances(Z, np.full(300, -1)))).all()


def test_noise_and_vectors_of_zeros_do_no_harm():
    extended = np.vstack([Z, np.full((5, 6), 1e3)])
    assert class_distances(extended, np.append(LABELS, [-1] * 5)) == class_distances(Z, LABELS)
    zeros = class_distances(np.zeros((4, 3)), [0, 0, 1, 1])
    assert pair(zeros) == (1, 1)


def test_uncertainty_is_the_mean_ratio_of_the_two_least_distances():
    centers = np.vstack([Z[:5], np.full((1, 6), np.nan)])
    two = np.sort(euclidean_distances(Z, Z[:5]), axis=1)[:, :2]
    assert uncertainty(Z, centers) == pytest.approx((two[:, 0] / two[:, 1]).mean(), abs=1e-6)


def test_uncertainty_is_zero_on_a_center_and_one_between_two():
    centers = np.array([[0.0, 0.0], [2.0, 0.0]])
    assert uncertainty(centers, centers) == 0
    assert uncertainty(np.array([[1.0, 5.0]]), centers) == 1
    assert uncertainty(centers[:1], centers[[0, 0]]) == 1
    assert np.isnan(uncertainty(Z, Z[:1]))


def test_local_purity_is_the_share_of_neighbors_that_scikit_learn_finds():
    near = NearestNeighbors(n_neighbors=10, metric="cosine").fit(Z).kneighbors(return_distance=False)
    assert local_purity(Z, LABELS) == pytest.approx((LABELS[near] == LABELS[:, None]).mean())
    assert local_purity(Z, LABELS, neighbors=1) == pytest.approx((LABELS[near[:, 0]] == LABELS).mean())


def test_local_purity_is_one_in_separate_classes_and_a_class_share_in_random_ones():
    z, labels = make_blobs(400, centers=[[9, 0, 0], [0, 9, 0], [0, 0, 9]], random_state=0)
    assert local_purity(z, labels) == 1
    assert local_purity(z, np.random.default_rng(0).permutation(labels)) == pytest.approx(1 / 3, abs=0.05)
    assert local_purity(z, labels, limit=100) == 1


def test_local_purity_takes_all_others_where_neighbors_are_few():
    assert local_purity(np.eye(4), [0, 0, 1, 1], neighbors=10) == pytest.approx(1 / 3)
    assert np.isnan(local_purity(np.eye(1), [0]))
    with pytest.raises(InvalidData, match="0"):
        local_purity(np.eye(4), [0, 0, 1, 1], neighbors=0)


def test_view_similarity_is_the_mean_cosine():
    other = Z[::-1]
    expected = 1 - np.diag(cosine_distances(Z, other)).mean()
    assert view_similarity(Z, other) == pytest.approx(expected)
    assert view_similarity(Z, 3 * Z) == pytest.approx(1)
    assert view_similarity(Z, -Z) == pytest.approx(-1)
    assert view_similarity(Z, 0 * Z) == 0
    assert np.isnan(view_similarity(Z[:0], Z[:0]))


def test_views_of_other_samples_are_refused():
    with pytest.raises(InvalidData, match="shapes"):
        view_similarity(Z, Z[:10])
