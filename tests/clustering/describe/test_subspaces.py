"""A result with several clusterings, each in dimensions of its own."""

import json

import numpy as np
import pytest
import torch
from sklearn.metrics import davies_bouldin_score, silhouette_samples

from clustering import engine
from clustering.describe import describe
from clustering.describe.subspaces import heaviest, led
from clustering.engine import Result
from clustering.methods import Clustering
from clustering.params import parse
from clustering.scaling import Scaling

N, D = 60, 4
LEFT, RIGHT = np.arange(N) % 2, np.arange(N) // 2 % 3
BETA = np.array([[0.9, 0.85, 0.1, 0.5], [0.1, 0.15, 0.9, 0.5]], dtype=np.float32)


def placed():
    """The first two dimensions tell left from right, the third the other clustering, the last nothing."""
    z = np.random.default_rng(0).normal(size=(N, D)).astype(np.float32)
    z[:, :2] += 4 * LEFT[:, None]
    z[:, 2] += 5 * RIGHT
    z[:, 3] *= 20
    return z


def clustering(labels, weights, **fields):
    weights = None if weights is None else torch.as_tensor(weights)
    return Clustering(torch.as_tensor(labels), None, None, weights, **fields)


def result_of(z, *clusterings):
    """A result whose embedding is z and whose decoder is the identity."""
    fitted = engine.build(parse({"method": "kmeans", "n_clusters": 2}), z.shape[1:])
    return Result(list(clusterings), torch.as_tensor(z), fitted, Scaling(), [])


@pytest.fixture(scope="module")
def told():
    z = placed()
    pair = [
        clustering(LEFT, BETA[0], weight_power=2, name="side"),
        clustering(RIGHT, BETA[1], weight_power=2),
    ]
    return describe(result_of(z, *pair), z)


@pytest.mark.parametrize(("power", "index"), [(1, 0), (2, 1)])
def test_a_clustering_is_measured_in_its_own_weighted_space(power, index):
    z, labels = placed(), [LEFT, RIGHT][index]
    pair = [
        clustering(each, beta, weight_power=power) for each, beta in zip([LEFT, RIGHT], BETA, strict=True)
    ]
    found = describe(result_of(z, *pair), z)
    row, samples = found.clusterings[index], found.per_sample[index]
    centers = np.stack([z[labels == j].mean(axis=0) for j in range(labels.max() + 1)])
    squared = (BETA[index] ** power * (z[:, None] - centers) ** 2).sum(axis=2)
    own = squared[np.arange(N), labels]
    other = np.where(np.arange(len(centers)) == labels[:, None], np.inf, squared).min(axis=1)
    np.testing.assert_allclose(samples.margin, np.sqrt(other) - np.sqrt(own), rtol=1e-3, atol=1e-4)
    space = z * np.sqrt(BETA[index] ** power)
    silhouettes = silhouette_samples(space, labels)
    assert row.metrics["silhouette"] == pytest.approx(silhouettes.mean(), rel=1e-4)
    assert row.metrics["davies_bouldin"] == pytest.approx(davies_bouldin_score(space, labels), rel=1e-4)
    for cluster in row.clusters:
        members = labels == cluster.index
        assert cluster.dispersion == pytest.approx(np.sqrt(own[members].mean()), rel=1e-4)
        assert cluster.silhouette == pytest.approx(silhouettes[members].mean(), rel=1e-3)
        assert cluster.typical[0] == cluster.medoid == np.flatnonzero(members)[own[members].argmin()]


def test_centers_and_decoded_prototypes_stay_in_the_embedding(told):
    z = placed()
    for cluster in told.clusterings[1].clusters:
        mean = z[cluster.index == RIGHT].mean(axis=0)
        np.testing.assert_allclose(cluster.center, mean, rtol=1e-4, atol=1e-4)
        np.testing.assert_allclose(told.per_sample[1].decoded[cluster.index], mean, rtol=1e-4, atol=1e-4)


def test_a_clustering_has_its_name_its_weights_and_the_dimensions_that_it_leads(told):
    assert [row.name for row in told.clusterings] == ["side", "clustering 1"]
    np.testing.assert_array_equal([row.weights for row in told.clusterings], BETA)
    assert [row.n_dimensions for row in told.clusterings] == [2, 1]
    json.dumps(told.rows(), allow_nan=False)


def test_a_method_without_weights_leads_no_dimensions():
    z = placed()
    (row,) = describe(result_of(z, clustering(LEFT, None)), z).clusterings
    assert (row.name, row.weights, row.n_dimensions) == ("main", None, None)


@pytest.mark.parametrize(
    ("weights", "expected"),
    [
        ([[0.99, 0.61, 0.59, 0.5, 0.1]], [2]),
        ([[1, 1, 0, 0], [0, 0, 1, 0]], [2, 1]),
        ([[0.4, 0.8, 1 / 3], [0.4, 0.1, 1 / 3], [0.2, 0.1, 1 / 3]], [1, 0, 0]),
        ([[1.0, 1.0], [1.0, 1.0]], [0, 0]),
    ],
)
def test_a_dimension_is_led_by_the_clustering_that_it_clearly_belongs_to(weights, expected):
    rows = torch.tensor(weights, dtype=torch.float32)
    assert led([clustering(LEFT, row) for row in rows]) == expected


def test_outliers_of_one_clustering_are_members_of_another():
    z, left = placed(), LEFT.copy()
    left[:3] = -1
    found = describe(result_of(z, clustering(left, BETA[0]), clustering(RIGHT, BETA[1])), z, {"y": LEFT})
    assert [row.n_outliers for row in found.clusterings] == [3, 0]
    assert found.clusterings[0].agreement["y"]["acc"] == pytest.approx((N - 3) / N)
    assert np.isnan(found.per_sample[0].margin[:3]).all()
    assert np.isfinite(found.per_sample[1].margin).all()
    assert found.clusterings[0].warnings == ["3 outliers, 5.0 % of the samples, in no cluster"]


def test_a_clustering_without_weight_anywhere_is_described_without_distances():
    z = placed()
    (row,) = describe(result_of(z, clustering(LEFT, np.zeros(D, dtype=np.float32))), z).clusterings
    assert [cluster.dispersion for cluster in row.clusters] == [0, 0]
    json.dumps([row.metrics, row.weights], allow_nan=False)


def test_the_plot_of_a_clustering_shows_its_two_heaviest_dimensions(told):
    z = placed()
    np.testing.assert_array_equal(told.per_sample[0].heaviest, z[:, [0, 1]])
    np.testing.assert_array_equal(told.per_sample[1].heaviest, z[:, [2, 3]])


def test_the_plot_of_one_dimension_is_a_line_and_without_weights_there_is_none():
    z = placed()[:, :1]
    line = heaviest(clustering(LEFT, np.ones(1, dtype=np.float32)), z)
    np.testing.assert_array_equal(line, np.hstack([z, np.zeros_like(z)]))
    assert heaviest(clustering(LEFT, None), z) is None
