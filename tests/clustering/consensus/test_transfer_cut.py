import numpy as np
import pytest
from scipy.linalg import eigh, subspace_angles
from sklearn.cluster import KMeans

from clustering.consensus.ensemble import Ensemble
from clustering.consensus.hbgf import hbgf
from clustering.consensus.lwgp import lwgp
from clustering.consensus.transfer_cut import cut, cut_vectors, transfer_cut
from clustering.consensus.weights import eci
from clustering.errors import TooLarge
from clustering.metrics.agreement import ari
from tests.clustering.consensus.ensembles import noisy, truth, uneven


def weights_of_blocks(n=40, q=12, k=3, seed=0):
    """(n, q) edges that are heavy within k groups of samples and columns, and the groups (n,)."""
    rng = np.random.default_rng(seed)
    groups = truth(n, k, seed)
    return rng.random((n, q)) * np.where(groups[:, None] == np.arange(q) % k, 1.0, 0.1), groups


def whole_graph(B):
    """Eigenvalues of the normalized Laplacian of [[0, B], [Bᵀ, 0]], and its vectors of the samples."""
    n, q = B.shape
    W = np.block([[np.zeros((n, n)), B], [B.T, np.zeros((q, q))]])
    degree = W.sum(axis=1)
    laplacian = np.eye(n + q) - W / np.sqrt(degree[:, None] * degree)
    values, vectors = eigh(laplacian)
    return values, (vectors / np.sqrt(degree)[:, None])[:n]


def test_eigenvalues_are_those_of_the_whole_graph():
    B, _ = weights_of_blocks()
    values, vectors = whole_graph(B)
    gamma, objects = cut_vectors(B, 3)
    np.testing.assert_allclose(gamma, (1 - values[:3]) ** 2, atol=1e-12)
    assert gamma[0] == pytest.approx(1)
    assert ((gamma >= 0) & (gamma <= 1)).all()
    assert np.sin(subspace_angles(objects, vectors[:, :3])).max() < 1e-6


@pytest.mark.parametrize("seed", range(3))
def test_the_parts_are_those_of_the_whole_graphs_spectral_clustering(seed):
    B, _ = weights_of_blocks(seed=seed)
    rows = whole_graph(B)[1][:, :3]
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    whole = KMeans(3, n_init=5, random_state=0).fit_predict(rows)
    assert ari(whole, transfer_cut(B, 3)) == 1


def test_exactly_scaled_the_vectors_are_those_of_the_whole_graph():
    B, _ = weights_of_blocks()
    _, theirs = whole_graph(B)
    _, ours = cut_vectors(B, 3, exact_scale=True)
    ratio = np.linalg.norm(ours, axis=0) / np.linalg.norm(theirs[:, :3], axis=0)
    np.testing.assert_allclose(ratio, ratio[0], rtol=1e-9)


@pytest.mark.parametrize("exact_scale", [False, True])
def test_groups_are_found(exact_scale):
    B, groups = weights_of_blocks()
    assert ari(groups, transfer_cut(B, 3, exact_scale=exact_scale)) == 1


def test_neither_order_nor_scale_nor_doubling_of_columns_matters():
    B, _ = weights_of_blocks(seed=1)
    found = transfer_cut(B, 3)
    halved = np.hstack([B[:, :1] / 2, B[:, :1] / 2, B[:, 1:]])
    for other in (B[:, ::-1], 7 * B, halved, np.hstack([B, np.zeros((40, 2))])):
        assert ari(found, transfer_cut(other, 3)) == 1


def test_a_row_of_several_samples_is_as_good_as_all_of_them():
    B, _ = weights_of_blocks(seed=2)
    sizes = np.random.default_rng(0).integers(1, 5, len(B))
    each = np.repeat(B, sizes, axis=0)
    gamma, vectors = cut_vectors(B, 3, sizes=sizes)
    other, all_vectors = cut_vectors(each, 3)
    np.testing.assert_allclose(gamma, other)
    assert subspace_angles(np.repeat(vectors, sizes, axis=0), all_vectors).max() < 1e-6
    joined = transfer_cut(B, 3, sizes=sizes)
    assert ari(transfer_cut(each, 3), np.repeat(joined, sizes)) == 1


def test_with_fewer_columns_than_clusters_rows_are_clustered():
    found = transfer_cut(np.array([[1.0, 0], [1, 0], [0, 1], [0, 1], [1, 1]]), 3)
    assert ari([0, 0, 1, 1, 2], found) == 1


def test_a_bipartite_graph_of_members_is_cut_with_or_without_weights():
    ensemble = Ensemble.of(noisy(n=90, m=5, share=0.3)[1])
    rows = ensemble.rows
    for theta, found in (
        (None, hbgf(ensemble, 3)),
        (1.0, lwgp(ensemble, 3, theta=1.0)),
        (0.4, lwgp(ensemble, 3)),
    ):
        weights = np.ones(len(rows.member)) if theta is None else eci(rows, theta)
        cut = transfer_cut(rows.incidence * weights, 3, sizes=rows.sizes)
        np.testing.assert_array_equal(found, rows.spread(cut))


def test_rows_of_the_graph_sum_up_to_the_weights_of_their_clusters():
    rows = uneven().rows
    weights = eci(rows, 1.0)
    B = rows.incidence.multiply(weights).tocsr()
    assert (np.diff(B.indptr) == len(rows.labels)).all()
    np.testing.assert_allclose(B.sum(axis=1), rows.incidence @ weights)


def test_more_columns_than_fit_are_refused():
    with pytest.raises(TooLarge, match="about 3456 bytes"):
        cut_vectors(np.ones((20, 12)), 2, budget_bytes=3000)


def test_the_cut_places_samples_again_and_those_of_a_single_column_by_it():
    B, _ = weights_of_blocks(seed=3)
    B = np.hstack([B, np.zeros((40, 1))])
    found, labels = cut(B, 3)
    np.testing.assert_array_equal(found.label(found.place(B)), labels)
    np.testing.assert_allclose(np.linalg.norm(found.place(B), axis=1), 1)
    alone = found.place(np.eye(13))
    np.testing.assert_allclose(
        alone[:12], found.vectors[:12] / np.linalg.norm(found.vectors[:12], axis=1)[:, None]
    )
    assert not alone[12].any()


def test_clusters_are_counted_in_the_order_of_their_first_samples():
    B, _ = weights_of_blocks(seed=3)
    for seed in range(3):
        _, first = np.unique(transfer_cut(B, 3, seed=seed), return_index=True)
        assert (np.diff(first) > 0).all()


def test_clusters_without_samples_are_the_last():
    found, labels = cut(np.repeat(np.eye(2), 5, axis=0), 4)
    assert labels.tolist() == [0] * 5 + [1] * 5
    np.testing.assert_array_equal(found.label(np.eye(2)), [0, 1])
    assert len(found.centers) == 4
