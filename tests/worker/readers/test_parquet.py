import io

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.worker.readers.files import parquet
from tests.worker.readers.reading import read
from worker.readers import parquet as reader

X = np.random.default_rng(0).normal(size=(50, 4)).astype(np.float32)


def test_numeric_columns_are_features(tmp_path):
    data = parquet(a=pa.array([1, 2, 3], pa.int8()), b=[0.5, 1.5, 2.5], c=[True, False, True])
    outcome = read(data, "parquet", tmp_path)
    assert outcome.x.tolist() == [[1, 0.5, 1], [2, 1.5, 0], [3, 2.5, 1]]


@pytest.mark.parametrize(
    "kind", [pa.list_(pa.float32(), 4), pa.list_(pa.float64()), pa.large_list(pa.float32())]
)
def test_a_column_of_lists_is_the_samples(tmp_path, kind):
    outcome = read(parquet(x=pa.array(X.tolist(), kind), y=["u", "v"] * 25), "parquet", tmp_path)
    np.testing.assert_array_equal(outcome.x, X)
    assert outcome.label("y") == ["u", "v"] * 25


def test_lists_of_bytes_become_images(tmp_path):
    rows = np.random.default_rng(0).integers(0, 256, (10, 12), dtype=np.uint8)
    data = parquet(x=pa.array(rows.tolist(), pa.list_(pa.uint8(), 12)))
    outcome = read(data, "parquet", tmp_path, image_shape=[2, 2, 3])
    np.testing.assert_array_equal(outcome.x, rows.reshape(10, 2, 2, 3))


def test_y_is_a_label_unless_it_holds_fractions(tmp_path):
    whole = read(parquet(a=[1.0, 2], y=[3, 4], y_b=["u", "v"]), "parquet", tmp_path / "a")
    assert whole.said["label_columns"] == ["y", "y_b"]
    point = read(parquet(x=[1.0, 2], y=[0.5, 4]), "parquet", tmp_path / "b")
    assert (point.said["label_columns"], point.said["shape"]) == ([], [2])


def test_options_name_labels_and_ids(tmp_path):
    data = parquet(a=[1, 2], y=[3, 4], kind=pa.array(["u", "v"]).dictionary_encode(), key=[10, 11])
    outcome = read(data, "parquet", tmp_path, label_columns=["kind"], id_column="key")
    assert outcome.x.tolist() == [[1, 3], [2, 4]]
    assert outcome.label("kind") == ["u", "v"]
    assert outcome.ids == ["10", "11"]


def test_the_index_of_pandas_is_left_out(tmp_path):
    out = io.BytesIO()
    pd.DataFrame({"a": [1.0, 2.0]}, index=[7, 9]).to_parquet(out)
    outcome = read(out.getvalue(), "parquet", tmp_path)
    assert outcome.said["shape"] == [1]
    assert outcome.report["notes"] == ["The index that pandas had stored was left out."]


def test_row_groups_are_streamed_in_order(tmp_path, monkeypatch):
    monkeypatch.setattr(reader, "MOST_ROWS", 7)
    out = io.BytesIO()
    table = pa.table({"a": np.arange(100.0), "y": [f"label {n % 3}" for n in range(100)]})
    pq.write_table(table, out, row_group_size=30)
    outcome = read(out.getvalue(), "parquet", tmp_path)
    assert outcome.x.ravel().tolist() == list(range(100))
    assert outcome.label("y") == [f"label {n % 3}" for n in range(100)]
