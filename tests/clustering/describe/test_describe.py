import json

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA
from sklearn.metrics import silhouette_samples

from clustering import engine
from clustering.describe import Outputs, describe
from clustering.engine import Result
from clustering.errors import InvalidData
from clustering.methods import Clustering
from clustering.params import parse
from clustering.run import Metrics
from clustering.scaling import Scaling


def result_of(z, labels, *, soft=None, centers=None, k=2):
    """A result whose embedding is z and whose decoder is the identity."""
    params = parse({"method": "kmeans", "n_clusters": k})
    fitted = engine.build(params, z.shape[1:])
    as_tensor = lambda array: None if array is None else torch.as_tensor(array, dtype=torch.float32)  # noqa: E731
    clustering = Clustering(torch.as_tensor(labels), as_tensor(soft), as_tensor(centers))
    return Result([clustering], as_tensor(z), fitted, Scaling(), [])


@pytest.fixture
def line():
    """Six samples on a line: {0, 1, 2} and {10, 12, 14}."""
    return np.array([[0.0], [1.0], [2.0], [10.0], [12.0], [14.0]], dtype=np.float32)


HALVES = np.array([0, 0, 0, 1, 1, 1])


def clusters(description):
    return description.clusterings[0].clusters


def test_a_cluster_has_its_size_share_and_spread(line):
    first, second = clusters(describe(result_of(line, HALVES), line))
    assert (first.size, second.size, first.share) == (3, 3, 0.5)
    assert first.dispersion == pytest.approx(np.sqrt(2 / 3))
    assert second.dispersion == pytest.approx(np.sqrt(8 / 3))
    assert (first.center, second.center) == ([1.0], [12.0])


def test_a_cluster_knows_the_nearest_other(line):
    labels = np.array([0, 0, 1, 1, 2, 2])
    nearest = [cluster.nearest for cluster in clusters(describe(result_of(line, labels, k=3), line))]
    assert nearest == [
        {"cluster": 1, "distance": 5.5},
        {"cluster": 0, "distance": 5.5},
        {"cluster": 1, "distance": 7.0},
    ]


def test_typical_members_are_near_the_center_and_boundary_members_near_another(line):
    first, second = clusters(describe(result_of(line, HALVES), line, outputs=Outputs(typical=2)))
    assert (first.medoid, second.medoid) == (1, 4)
    assert first.typical[0] == 1
    assert len(first.typical) == 2
    assert (first.boundary[0], second.boundary[0]) == (2, 3)


def test_the_medoid_is_nearest_to_the_members_mean_and_typical_to_the_methods_center(line):
    told = describe(result_of(line, HALVES, centers=[[2.0], [12.0]]), line)
    assert clusters(told)[0].medoid == 1
    assert clusters(told)[0].typical == [2, 1, 0]
    assert clusters(told)[0].center == [2.0]


def test_without_soft_assignments_confidence_compares_two_distances(line):
    samples = describe(result_of(line, HALVES), line).per_sample[0]
    np.testing.assert_allclose(samples.confidence[[0, 1]], [1 - 1 / 12, 1])
    np.testing.assert_allclose(samples.margin[[0, 1]], [11, 11])
    np.testing.assert_allclose(samples.distance[[0, 1]], [1, 0])


def test_a_sample_nearer_to_another_center_has_no_confidence(line):
    samples = describe(result_of(line, np.array([0, 0, 0, 0, 1, 1])), line).per_sample[0]
    crossed = describe(result_of(line, HALVES, centers=[[12.0], [1.0]]), line).per_sample[0]
    assert (crossed.confidence == 0).all()
    assert (crossed.margin < 0).all()
    assert (samples.confidence >= 0).all()


def test_with_soft_assignments_confidence_is_the_own_share(line):
    soft = np.array([[0.9, 0.1]] * 3 + [[0.3, 0.7]] * 3)
    samples = describe(result_of(line, HALVES, soft=soft), line).per_sample[0]
    np.testing.assert_allclose(samples.confidence, [0.9] * 3 + [0.7] * 3, rtol=1e-6)


def test_silhouettes_are_means_over_the_members(line):
    told = describe(result_of(line, HALVES), line)
    expected = silhouette_samples(line, HALVES)
    assert clusters(told)[0].silhouette == pytest.approx(expected[:3].mean())
    assert told.clusterings[0].metrics["silhouette"] == pytest.approx(expected.mean())


def test_labels_are_compared_and_named(line):
    columns = {"digit": np.array([1, 1, 0, 2, 2, 2]), "side": HALVES}
    told = describe(result_of(line, HALVES), line, columns, label_names={"digit": ["zero", "one", "two"]})
    agreement = told.clusterings[0].agreement
    assert set(agreement) == {"digit", "side"}
    assert agreement["side"] == pytest.approx(dict.fromkeys(["acc", "nmi", "ari", "ami", "purity"], 1))
    assert agreement["digit"]["acc"] == pytest.approx(5 / 6)
    assert clusters(told)[0].purity == {
        "digit": {"label": "one", "value": pytest.approx(2 / 3)},
        "side": {"label": "0", "value": 1.0},
    }


def test_labels_of_another_length_are_refused(line):
    with pytest.raises(InvalidData, match="digit"):
        describe(result_of(line, HALVES), line, {"digit": np.zeros(5, dtype=np.int64)})


def test_an_empty_cluster_keeps_its_row_and_is_warned_of(line):
    told = describe(result_of(line, 2 * HALVES, k=4), line, {"side": HALVES})
    empty = clusters(told)[1]
    assert (empty.size, empty.medoid, empty.typical, empty.boundary) == (0, None, [], [])
    assert empty.center is empty.nearest is empty.purity is empty.decoded is empty.dispersion is None
    assert clusters(told)[0].nearest["cluster"] == 2
    assert told.clusterings[0].n_clusters == 2
    assert told.summary["sizes"] == [3, 0, 3, 0]
    assert told.summary["warnings"] == ["2 empty clusters"]


def test_noise_belongs_to_no_cluster(line):
    told = describe(result_of(line, np.array([0, 0, -1, 1, 1, -1])), line, {"side": HALVES})
    assert [cluster.size for cluster in clusters(told)] == [2, 2]
    assert np.isnan(told.per_sample[0].confidence[[2, 5]]).all()
    assert told.clusterings[0].agreement["side"]["acc"] == pytest.approx(4 / 6)
    assert told.clusterings[0].n_outliers == told.summary["n_outliers"] == 2
    assert "2 outliers, 33.3 % of the samples, in no cluster" in told.summary["warnings"]
    json.dumps([told.rows(), told.summary], allow_nan=False)


def test_noise_alone_is_described_without_numbers(line):
    told = describe(result_of(line, np.full(6, -1)), line, {"side": HALVES})
    assert told.summary["metrics"] == dict.fromkeys(["silhouette", "davies_bouldin", "calinski_harabasz"])
    json.dumps([told.rows(), told.summary], allow_nan=False)


def test_one_cluster_with_everything_is_warned_of(line):
    told = describe(result_of(line, np.zeros(6, dtype=np.int64)), line)
    assert told.summary["warnings"] == ["1 empty cluster", "one cluster holds 100 %"]
    assert clusters(told)[0].boundary == []
    assert clusters(told)[0].nearest is None
    assert told.summary["metrics"]["silhouette"] is None


def test_decoded_centers_are_in_the_units_and_shape_of_the_samples():
    x = np.random.default_rng(0).integers(0, 256, (30, 5, 4, 3), dtype=np.uint8)
    told = describe(engine.fit(x, parse({"method": "kmeans", "n_clusters": 3})), x)
    samples = told.per_sample[0]
    assert samples.decoded.shape == (3, 5, 4, 3)
    for cluster in range(3):
        mean = x[samples.labels == cluster].mean(axis=0)
        np.testing.assert_allclose(samples.decoded[cluster], mean, atol=1e-3)


def test_what_is_not_wanted_is_not_made(line):
    wanted = Outputs(decoded=False, projection=(), typical=0)
    told = describe(result_of(line, HALVES), line, outputs=wanted)
    assert told.projection is told.per_sample[0].decoded is None
    assert clusters(told)[0].decoded is None
    assert clusters(told)[0].typical == clusters(told)[0].boundary == []


@pytest.mark.parametrize("width", [5, 300])
def test_a_projection_is_on_the_first_principal_components(width):
    rng = np.random.default_rng(0)
    plane = rng.normal(size=(60, 2)) * [9, 4] @ rng.normal(size=(2, width))
    x = (plane + rng.normal(size=(60, width))).astype(np.float32)
    flat = describe(result_of(x, np.arange(60) % 2), x).projection
    reference = PCA(2).fit_transform(x)
    np.testing.assert_allclose(np.abs(flat), np.abs(reference), rtol=1e-3, atol=1e-3)


def test_a_projection_has_two_columns_even_of_one(line):
    flat = describe(result_of(line, HALVES), line).projection
    np.testing.assert_allclose(np.abs(flat[:, 0]), np.abs(line[:, 0] - line.mean()), rtol=1e-5)
    assert (flat[:, 1] == 0).all()


def test_a_projection_of_one_spot_is_one_spot():
    x = np.ones((4, 3), dtype=np.float32)
    assert (describe(result_of(x, np.array([0, 0, 1, 1])), x).projection == 0).all()


def test_a_center_wider_than_a_row_should_hold_is_left_to_the_files():
    x = np.random.default_rng(0).random((4, 5000)).astype(np.float32)
    told = describe(result_of(x, np.array([0, 0, 1, 1])), x)
    assert clusters(told)[0].center is None
    assert told.per_sample[0].decoded.shape == (2, 5000)


def test_a_reset_in_the_last_epoch_is_no_figure_of_the_summary(line):
    result = result_of(line, HALVES)
    result.curves.append(Metrics(7, "cluster", 5, {"loss": 0.5, "reset": 1.0}))
    assert describe(result, line).summary["stages"] == {"cluster": {"epochs": 5, "loss": 0.5}}


def test_the_summary_tells_the_main_clustering_and_the_last_values_of_each_stage(line):
    x = np.random.default_rng(0).random((30, 3)).astype(np.float32)
    net = {"type": "mlp", "hidden": [4]}
    spec = {"method": "ae_kmeans", "n_clusters": 2, "net": net, "embedding_dim": 2}
    told = describe(engine.fit(x, parse(spec | {"pretrain_epochs": 2})), x)
    assert told.summary["n"] == 30
    assert told.summary["stages"]["pretrain"]["epochs"] == 2
    assert told.summary["stages"]["pretrain"]["loss"] > 0


def test_describing_large_data_takes_no_square_of_memory():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(30_000, 4)).astype(np.float32)
    told = describe(result_of(x, rng.integers(8, size=30_000), k=8), x)
    assert abs(told.summary["metrics"]["silhouette"]) < 0.1
