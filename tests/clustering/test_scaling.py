import numpy as np
import pytest
import torch

from clustering.data import Data

rng = np.random.default_rng(1)
VECTORS = rng.normal(5, 3, (50, 4)).astype(np.float32)
BYTES = rng.integers(10, 200, (50, 4, 4, 3), np.uint8)
FLOATS = rng.uniform(-3, 7, (50, 4, 4, 1)).astype(np.float32)


def channels_first(array):
    return array if array.ndim == 2 else array.transpose(0, 3, 1, 2)


def scaled(array, scale):
    data = Data.of(array, scale=scale)
    return data, torch.cat(list(data.blocks(16)))


@pytest.mark.parametrize("array", [VECTORS, BYTES, FLOATS])
def test_none_leaves_values_as_they_are(array):
    _, x = scaled(array, "none")
    np.testing.assert_allclose(x, channels_first(array), rtol=1e-5, atol=1e-5)


def test_unit_maps_the_whole_range_of_the_data_to_zero_to_one():
    _, x = scaled(VECTORS, "unit")
    np.testing.assert_allclose(x, (VECTORS - VECTORS.min()) / (VECTORS.max() - VECTORS.min()), atol=1e-6)


@pytest.mark.parametrize("scale", ["unit", "auto"])
@pytest.mark.parametrize("array", [BYTES, BYTES.reshape(50, -1), BYTES // 13])
def test_bytes_are_divided_by_the_largest_of_them(array, scale):
    _, x = scaled(array, scale)
    np.testing.assert_allclose(x, channels_first(array) / array.max(), rtol=1e-6)


def test_bytes_that_reach_255_are_divided_by_it():
    full = BYTES.copy()
    full[7, 0, 0, 0] = 255
    assert scaled(full, "auto")[0].scaling.gain == 1 / 255


def test_bytes_of_zeros_stay():
    assert (scaled(np.zeros((4, 8, 8), np.uint8), "auto")[1] == 0).all()


def test_the_largest_byte_is_found_in_any_block_of_a_stream(monkeypatch, tmp_path):
    monkeypatch.setattr("clustering.data._BLOCK_BYTES", 1000)
    np.save(tmp_path / "x.npy", BYTES)
    mapped = np.load(tmp_path / "x.npy", mmap_mode="r")
    assert Data.of(mapped, budget_bytes=8).scaling.gain == pytest.approx(1 / BYTES.max())


def test_auto_brings_images_of_floats_to_the_unit_range_and_leaves_those_in_it():
    _, x = scaled(FLOATS, "auto")
    assert x.min() == pytest.approx(0, abs=1e-6) and x.max() == pytest.approx(1)
    inside = (FLOATS + 3) / 20
    np.testing.assert_array_equal(scaled(inside, "auto")[1], channels_first(inside))


def test_standard_gives_each_feature_zero_mean_and_unit_variance():
    _, x = scaled(VECTORS, "standard")
    np.testing.assert_allclose(x, (VECTORS - VECTORS.mean(0)) / VECTORS.std(0), atol=1e-5)


def test_standard_gives_each_channel_zero_mean_and_unit_variance():
    _, x = scaled(BYTES, "standard")
    np.testing.assert_allclose(x.mean((0, 2, 3)), 0, atol=1e-5)
    np.testing.assert_allclose(x.std((0, 2, 3), correction=0), 1, rtol=1e-4)


def test_a_constant_feature_only_loses_its_mean():
    array = np.column_stack([VECTORS, np.full(50, 7, np.float32)])
    _, x = scaled(array, "standard")
    np.testing.assert_allclose(x[:, -1], 0, atol=1e-5)


@pytest.mark.parametrize("scale", ["none", "unit", "standard", "auto"])
@pytest.mark.parametrize("array", [VECTORS, BYTES, FLOATS])
def test_inverting_gives_the_stored_values_back(array, scale):
    data, x = scaled(array, scale)
    np.testing.assert_allclose(data.scaling.invert(x), channels_first(array), rtol=1e-4, atol=1e-4)


def test_data_of_one_value_keep_finite():
    for scale in ("none", "unit", "standard", "auto"):
        assert scaled(np.full((4, 3), 2.0), scale)[1].isfinite().all()
        assert scaled(np.full((4, 8, 8, 1), 2.0), scale)[1].isfinite().all()
