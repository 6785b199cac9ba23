import numpy as np
import pytest

from tests.worker.readers.files import npy
from tests.worker.readers.reading import read
from worker.readers import npyfile
from worker.readers.errors import Refused

X = np.arange(30).reshape(10, 3)
DTYPES = ["?", "i1", "u1", "i2", ">i2", "u4", "i8", ">i8", "f2", "f4", ">f4", "f8", ">f8", "g"]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("order", ["C", "F"])
def test_rows_of_any_real_dtype_and_order_become_float32_vectors(tmp_path, dtype, order):
    array = np.asarray(X, dtype=dtype, order=order)
    outcome = read(npy(array), "npy", tmp_path)
    assert outcome.said["kind"] == "vectors"
    assert (outcome.said["n"], outcome.said["shape"], outcome.said["dtype"]) == (10, [3], "float32")
    assert outcome.x.dtype == np.float32
    assert outcome.x.flags.c_contiguous
    np.testing.assert_array_equal(outcome.x, array.astype(np.float32))


@pytest.mark.parametrize("shape", [(5, 4, 6), (5, 4, 6, 1), (5, 4, 6, 3)])
@pytest.mark.parametrize("order", ["C", "F"])
def test_bytes_of_three_or_four_dimensions_are_images(tmp_path, shape, order):
    array = np.asarray(np.random.default_rng(0).integers(0, 256, shape), dtype=np.uint8, order=order)
    outcome = read(npy(array), "npy", tmp_path)
    assert outcome.said["kind"] == "images"
    assert outcome.said["shape"] == [4, 6, shape[3] if len(shape) == 4 else 1]
    np.testing.assert_array_equal(outcome.x.reshape(shape), array)


def test_channels_in_the_first_place_move_to_the_last(tmp_path):
    array = np.random.default_rng(0).integers(0, 256, (5, 3, 4, 6), dtype=np.uint8)
    outcome = read(npy(array), "npy", tmp_path)
    np.testing.assert_array_equal(outcome.x, array.transpose(0, 2, 3, 1))
    assert any("Channels" in note for note in outcome.report["notes"])


def test_fractions_up_to_one_are_scaled_to_bytes(tmp_path):
    array = np.linspace(0, 1, 40).reshape(10, 2, 2)
    outcome = read(npy(array), "npy", tmp_path)
    np.testing.assert_array_equal(outcome.x[..., 0], np.rint(array * 255))
    assert outcome.report["notes"] == ["Values from 0 to 1 were scaled to 0 to 255 and rounded."]


def test_numbers_up_to_255_are_taken_as_bytes(tmp_path):
    outcome = read(npy(np.arange(16.0).reshape(2, 2, 4)), "npy", tmp_path)
    assert outcome.x.ravel().tolist() == list(range(16))
    assert outcome.report["notes"] == []
    assert outcome.report["warnings"] == ["The images are dark: the largest value is 15 of 255."]


def test_true_pixels_are_white(tmp_path):
    outcome = read(npy(np.arange(8).reshape(2, 2, 2) % 3 == 0), "npy", tmp_path)
    assert set(outcome.x.ravel().tolist()) == {0, 255}


def test_image_shape_turns_rows_into_images(tmp_path):
    array = np.random.default_rng(0).integers(0, 256, (5, 12), dtype=np.uint8)
    gray = read(npy(array), "npy", tmp_path / "gray", image_shape=[3, 4])
    color = read(npy(array), "npy", tmp_path / "color", image_shape=[2, 2, 3])
    np.testing.assert_array_equal(gray.x, array.reshape(5, 3, 4, 1))
    np.testing.assert_array_equal(color.x, array.reshape(5, 2, 2, 3))


def test_kind_vectors_keeps_the_numbers_of_images(tmp_path):
    array = np.random.default_rng(0).normal(size=(5, 4, 6))
    outcome = read(npy(array), "npy", tmp_path, kind="vectors")
    np.testing.assert_array_equal(outcome.x, array.reshape(5, 24).astype(np.float32))


def test_large_arrays_are_read_block_by_block(tmp_path, monkeypatch):
    monkeypatch.setattr(npyfile, "BLOCK_BYTES", 200)
    monkeypatch.setattr(npyfile, "FORTRAN_BLOCK_BYTES", 400)
    array = np.random.default_rng(0).normal(size=(101, 2, 3))
    for order in "CF":
        outcome = read(npy(np.asarray(array, order=order)), "npy", tmp_path / order, kind="vectors")
        np.testing.assert_array_equal(outcome.x, array.reshape(101, 6).astype(np.float32))


def test_the_report_counts_constants_and_duplicates(tmp_path):
    array = np.array([[1, 7, 0.5], [2, 7, 0.5], [1, 7, 0.5], [1, 7, 0.5]])
    report = read(npy(array), "npy", tmp_path).report
    assert (report["duplicates"], report["constant_features"]) == (2, 2)
    assert (report["min"], report["max"]) == (0.5, 7)
    assert report["mean"] == pytest.approx(array.mean())


def test_what_is_not_finite_is_counted_and_the_first_is_named(tmp_path):
    array = np.ones((9, 3))
    array[4, 2], array[6, 0], array[8, 1] = np.nan, np.inf, np.nan
    with pytest.raises(Refused, match=r"Row 4, column 2 \(counted from 0\) holds no value") as caught:
        read(npy(array), "npy", tmp_path)
    assert caught.value.met == {"nan": 2, "inf": 1, "overflow": 0}


def test_integers_that_float32_rounds_are_mentioned(tmp_path):
    outcome = read(npy(np.array([[1], [2**30 + 1]])), "npy", tmp_path)
    assert "Integers above 16,777,216 are rounded to float32." in outcome.report["notes"]


def test_bytes_after_the_array_do_not_matter(tmp_path):
    assert read(npy(X) + b"more", "npy", tmp_path).said["n"] == 10
