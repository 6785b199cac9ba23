"""What every method makes of odd data, found by discovery."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from clustering import engine
from clustering.data import LARGEST
from clustering.errors import InvalidData
from clustering.metrics.agreement import accuracy
from clustering.params import PARAMS, problems
from tests.clustering.methods.tiny import (
    assert_same,
    assert_sound,
    images,
    kind_of,
    labels_of,
    methods,
    over_images,
    samples,
    tiny,
    vectors,
)

EVERY = methods()
OVER_VECTORS = methods(data="vectors")
CLUSTERING = methods(kind="cluster")
CLUSTERING_VECTORS = methods(kind="cluster", data="vectors")


@pytest.mark.parametrize("name", EVERY)
def test_a_batch_may_be_larger_than_the_data(name):
    assert_sound(engine.fit(samples(name, n=20), tiny(name, batch_size=4096)), 20)


@pytest.mark.parametrize("name", CLUSTERING_VECTORS)
def test_two_clusters_far_apart_are_found(name):
    x = np.repeat([[9.0, 9.0, 0.0, 0.0], [0.0, 0.0, 9.0, 9.0]], 30, axis=0)
    x += np.random.default_rng(0).random(x.shape)
    labels = labels_of(engine.fit(x, tiny(name, pretrain_epochs=60)))[0]
    assert accuracy(np.arange(60) // 30, labels) == 1


@pytest.mark.parametrize("name", OVER_VECTORS)
def test_one_feature_is_enough_or_refused_before_the_fit(name):
    x, _ = vectors(d=1)
    if not problems(tiny(name), kind="vectors", shape=(1,), n=60):
        assert_sound(engine.fit(x, tiny(name)), 60)


@pytest.mark.parametrize("name", EVERY)
def test_duplicate_rows_are_clustered_alike(name):
    x = np.repeat(samples(name, n=3), 12, axis=0)
    result = engine.fit(x, tiny(name))
    assert_sound(result, 36)
    for labels in labels_of(result):
        assert (labels.reshape(3, 12) == labels.reshape(3, 12)[:, :1]).all()


@pytest.mark.parametrize("name", EVERY)
def test_samples_that_are_all_the_same_do_no_harm(name):
    assert_sound(engine.fit(np.full(samples(name, n=20).shape, 2.0), tiny(name)), 20)


@pytest.mark.parametrize("name", OVER_VECTORS)
def test_a_feature_that_never_varies_does_no_harm(name):
    x = vectors()[0]
    assert_sound(engine.fit(np.column_stack([x, np.full(len(x), 5.0)]), tiny(name)), 60)


@pytest.mark.parametrize("name", EVERY)
def test_fewer_distinct_samples_than_clusters_do_no_harm(name):
    x = np.repeat(samples(name, n=2), 8, axis=0)
    assert_sound(engine.fit(x, tiny(name, n_clusters=5)), 16, k=5)


@pytest.mark.parametrize("name", EVERY)
def test_values_as_large_as_are_accepted_do_no_harm(name):
    x = samples(name)
    assert_sound(engine.fit(x * (LARGEST / x.max()) * 0.999, tiny(name)), 60)


@pytest.mark.parametrize("name", CLUSTERING)
def test_nearly_as_many_clusters_as_samples_do_no_harm(name):
    assert_sound(engine.fit(samples(name, n=9), tiny(name, n_clusters=8)), 9, k=8)


@pytest.mark.parametrize("name", CLUSTERING)
def test_as_many_clusters_as_samples_are_found_or_refused_before_the_fit(name):
    params = tiny(name, n_clusters=5)
    if not problems(params, **kind_of(name), n=5):
        assert_sound(engine.fit(samples(name, n=5), params), 5, k=5)


@pytest.mark.parametrize("name", CLUSTERING)
def test_more_clusters_than_samples_are_refused_before_and_by_the_fit(name):
    x, params = samples(name, n=9), tiny(name, n_clusters=10)
    assert problems(params, **kind_of(name), n=9)
    with pytest.raises(InvalidData, match="9"):
        engine.fit(x, params)


@pytest.mark.parametrize(
    ("name", "dtype"),
    [(name, dtype) for name in EVERY for dtype in (np.uint8, np.int64)]
    + [(name, dtype) for name in ("kmeans", "dcn") for dtype in (np.float16, np.int8, bool)],
)
def test_numbers_of_any_type_are_taken(name, dtype):
    """Double precision has a test of its own, below."""
    x = (10.0 * samples(name)).clip(0, 127).astype(dtype)
    kept = x.copy()
    assert_sound(engine.fit(x, tiny(name)), 60)
    assert_array_equal(x, kept)


@pytest.mark.parametrize("name", EVERY)
def test_single_and_double_precision_give_the_same_labels(name):
    x = samples(name).astype(np.float32)
    assert_same(engine.fit(x, tiny(name)), engine.fit(x.astype(np.float64), tiny(name)))


@pytest.mark.parametrize("name", EVERY)
def test_images_are_clustered_and_their_centers_are_images(name):
    result = over_images(name)
    assert_sound(result, 40)
    if "decode" in PARAMS[name].supports:
        assert result.decode(result.embeddings[:3]).shape == (3, 8, 8, 1)


@pytest.mark.parametrize("name", EVERY)
def test_data_that_are_read_from_disk_give_the_same_labels(name, tmp_path):
    np.save(tmp_path / "x.npy", images())
    mapped = np.load(tmp_path / "x.npy", mmap_mode="r")
    assert_same(engine.fit(mapped, tiny(name)), over_images(name))


@pytest.mark.parametrize("name", [name for name in EVERY if name not in OVER_VECTORS])
def test_a_method_over_images_refuses_vectors_before_and_by_the_fit(name):
    (problem,) = problems(tiny(name), kind="vectors", shape=(4,), n=60)
    assert (problem.field, problem.code) == ("/method", "needs_images")
    with pytest.raises(InvalidData, match="needs images"):
        engine.fit(vectors()[0], tiny(name))
