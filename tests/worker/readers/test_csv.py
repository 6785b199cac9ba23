import numpy as np
import pytest

from tests.worker.readers.reading import read
from worker.readers import csv
from worker.readers.csv_head import is_number
from worker.readers.errors import Refused


def test_numeric_columns_are_features(tmp_path):
    outcome = read(b"a,b\n1,2.5\n-3e2,4\n", "csv", tmp_path)
    assert outcome.x.tolist() == [[1, 2.5], [-300, 4]]
    assert outcome.x.dtype == np.float32


def test_named_columns_are_labels_and_ids(tmp_path):
    data = "name,größe,a,sort\nx1,klein,1,10\nx2,groß,2,9\nx3,klein,3,10\n".encode()
    outcome = read(data, "csv", tmp_path, label_columns=["größe", "sort"], id_column="name")
    assert outcome.x.ravel().tolist() == [1, 2, 3]
    assert outcome.label("größe") == ["klein", "groß", "klein"]
    assert outcome.report["labels"]["sort"]["values"] == ["9", "10"]
    assert outcome.ids == ["x1", "x2", "x3"]


@pytest.mark.parametrize(
    ("data", "rows"),
    [
        (b"a,b\n1,2\n3,4\n", 2),
        (b"1,2\n3,4\n", 2),
        (b"0,1,2\n5,6,7\n8,9,0\n", 2),
        (b"year,2020,2021\n1,2,3\n4,5,6\n", 2),
        (b"\n\na;b\r\n1;2\r\n3;4\r\n", 2),
        (b"\xef\xbb\xbfa\tb\n1\t2\n3\t4", 2),
        (b'"a, or b",c\n1,2\n3,4\n', 2),
        (b"1\n2\n3\n", 3),
        (b"a\n1\n2\n", 2),
        (b" 1 , 2 \n 3 , 4 \n", 2),
    ],
)
def test_header_and_delimiter_are_detected(tmp_path, data, rows):
    assert read(data, "csv", tmp_path).said["n"] == rows


def test_a_line_that_begins_with_numbers_is_a_sample_even_if_a_name_follows(tmp_path):
    outcome = read(b"5.1,3.5,setosa\n4.9,3.0,virginica\n", "csv", tmp_path, label_columns=[-1])
    assert outcome.said["label_columns"] == ["2"]
    assert outcome.label("2") == ["setosa", "virginica"]


def test_the_options_overrule_what_is_detected(tmp_path):
    outcome = read(b"0,1,2\n5,6,7\n8,9,0\n", "csv", tmp_path / "a", header=False)
    assert outcome.said["n"] == 3
    outcome = read(b"1:2\n3:4\n5:6\n", "csv", tmp_path / "b", header=True, delimiter=":")
    assert outcome.x.tolist() == [[3, 4], [5, 6]]


@pytest.mark.parametrize("data", [b"a,b/c\n1,2\n3,\n", b"a,b/c\n0,0\n1,x\n"])
def test_what_is_no_number_is_pointed_at_by_line_or_row_and_column(tmp_path, data):
    with pytest.raises(Refused) as caught:
        read(data, "csv", tmp_path)
    assert caught.value.errors[0]["pointer"] in ("/1/b~1c", "/3/b~1c")


def test_rows_of_pixels_become_images(tmp_path):
    data = b"label,p0,p1,p2,p3\n7,0,255,3,4\n2,3,4,5,6\n"
    outcome = read(data, "csv", tmp_path, label_columns=["label"], image_shape=[2, 2])
    assert outcome.said["kind"] == "images"
    assert outcome.x[0, :, :, 0].tolist() == [[0, 255], [3, 4]]
    assert sorted(path.name for path in outcome.folder.iterdir()) == ["labels.parquet", "meta.json", "x.npy"]


def test_a_refusal_names_column_line_and_value(tmp_path):
    with pytest.raises(Refused, match="Column 'b' is not numeric: line 3 holds 'four'"):
        read(b"a,b\n1,2\n3,four\n", "csv", tmp_path)


def test_a_ragged_line_is_named(tmp_path):
    with pytest.raises(Refused, match="Line 4 has 3 fields where 2 are expected: '5,6,7'"):
        read(b"a,b\n1,2\n3,4\n5,6,7\n", "csv", tmp_path)


def test_a_missing_value_is_named(tmp_path):
    with pytest.raises(Refused, match=r"Row 1, column 'b' \(counted from 0\) holds no value"):
        read(b"a,b\n1,2\n3,\n", "csv", tmp_path)


def test_long_files_are_read_block_by_block(tmp_path, monkeypatch):
    monkeypatch.setattr(csv, "BLOCK_BYTES", 1000)
    data = b"a,b,c\n" + b"".join(b"%d,%d,%s\n" % (n, n * n, b"odd" if n % 2 else b"even") for n in range(900))
    outcome = read(data, "csv", tmp_path, label_columns=["c"])
    assert outcome.x[:, 0].tolist() == list(range(900))
    assert outcome.label("c")[:3] == ["even", "odd", "even"]
    assert outcome.report["labels"]["c"]["counts"] == [450, 450]


@pytest.mark.parametrize("field", ["1", " -2.5 ", "1e3", "nan", "inf"])
def test_numbers_are_told(field):
    assert is_number(field)


@pytest.mark.parametrize("field", ["", "one", "1_000", "0x10", "1,5"])
def test_other_fields_are_no_numbers(field):
    assert not is_number(field)
