import io

import numpy as np
import pytest

from tests.worker.readers.files import npz
from tests.worker.readers.reading import read

X = np.random.default_rng(0).normal(size=(6, 3)).astype(np.float32)


def test_x_holds_the_samples_y_the_labels_and_ids_the_ids(tmp_path):
    y, shapes = np.array([3, 3, -1, 10, 2, 2]), np.array(list("abbaab"))
    outcome = read(npz(x=X, y=y, y_shape=shapes, ids=np.arange(6) * 7), "npz", tmp_path)
    np.testing.assert_array_equal(outcome.x, X)
    assert outcome.said["label_columns"] == ["y", "y_shape"]
    assert outcome.label("y") == [str(value) for value in y]
    assert outcome.report["labels"]["y"] == {"values": ["-1", "2", "3", "10"], "counts": [1, 2, 2, 1]}
    assert outcome.label("y_shape") == list("abbaab")
    assert outcome.said["has_ids"]
    assert outcome.ids == ["0", "7", "14", "21", "28", "35"]


@pytest.mark.parametrize(
    "labels",
    [
        np.array([1.0, 0, 1, 1, 0, 0]),
        np.array([[1], [0], [1], [1], [0], [0]], dtype=np.uint8),
        np.array([True, False, True, True, False, False]),
        np.array([b"1", b"0", b"1", b"1", b"0", b"0"]),
    ],
)
def test_labels_may_be_whole_floats_columns_booleans_or_bytes(tmp_path, labels):
    outcome = read(npz(x=X, y=labels), "npz", tmp_path)
    assert outcome.label("y") == ["1", "0", "1", "1", "0", "0"]


@pytest.mark.parametrize("name", ["x", "X", "data"])
def test_a_single_array_may_bear_any_name(tmp_path, name):
    outcome = read(npz(**{name: X}), "npz", tmp_path)
    assert outcome.said["n"] == 6
    assert any("was taken for the samples" in note for note in outcome.report["notes"]) is (name == "data")


def test_a_single_array_may_bear_no_name(tmp_path):
    out = io.BytesIO()
    np.savez(out, X)
    assert read(out.getvalue(), "npz", tmp_path).said["n"] == 6


def test_other_arrays_are_left_out_with_a_note(tmp_path):
    assert read(npz(x=X, z=X), "npz", tmp_path).report["notes"] == ["Array 'z' was left out."]


def test_images_of_zeros_may_compress_well(tmp_path):
    outcome = read(npz(x=np.zeros((300, 64, 64), dtype=np.uint8)), "npz", tmp_path)
    assert outcome.report["duplicates"] == 299
    assert "All samples are equal." in outcome.report["warnings"]


def test_names_and_labels_may_be_of_any_script(tmp_path):
    outcome = read(npz(x=X, y_größe=np.array(["猫", "犬", "猫", "犬", "猫", "犬"])), "npz", tmp_path)
    assert outcome.label("y_größe") == ["猫", "犬"] * 3


def test_repeated_ids_are_reported(tmp_path):
    outcome = read(npz(x=X, ids=np.array(list("abcabd"))), "npz", tmp_path)
    assert outcome.report["warnings"] == ["2 ids occur before in the dataset."]
