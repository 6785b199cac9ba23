import io
import zipfile

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

from tests.worker.readers.files import archive, npz
from tests.worker.readers.reading import read
from worker.readers.errors import Refused

VIEWS = np.random.default_rng(0).integers(0, 256, (4, 2, 5, 3, 3), dtype=np.uint8)
TABLE = np.arange(8.0).reshape(4, 2)


def png(pixels):
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return out.getvalue()


def zipped(views=VIEWS, folders=("side", "top"), **others):
    names = [f"b{number}" for number in range(len(views))]
    members = {
        f"{folder}/{name}.png": png(views[row, place])
        for row, name in enumerate(names)
        for place, folder in enumerate(folders)
    }
    return archive(members | {name.replace("__", "."): data for name, data in others.items()})


def test_views_lie_side_by_side_in_one_picture(tmp_path):
    outcome = read(npz(views=VIEWS, attributes=TABLE, y=np.arange(4) % 2), "npz", tmp_path)
    assert outcome.said["shape"] == [5, 6, 3]
    np.testing.assert_array_equal(outcome.x[:, :, :3], VIEWS[:, 0])
    np.testing.assert_array_equal(outcome.x[:, :, 3:], VIEWS[:, 1])
    assert outcome.report["views"] == 2
    assert outcome.report["attributes"] == ["attribute 0", "attribute 1"]
    np.testing.assert_array_equal(np.load(outcome.folder / "attributes.npy"), TABLE)
    assert outcome.label("y") == ["0", "1", "0", "1"]


def test_gray_views_of_floats_and_names_of_attributes(tmp_path):
    names = np.array(["weight", "length"])
    data = npz(views=VIEWS[..., 0] / 255.0, attributes=TABLE, attribute_names=names)
    outcome = read(data, "npz", tmp_path)
    assert outcome.said["shape"] == [5, 6, 1]
    assert outcome.report["attributes"] == ["weight", "length"]


def test_views_and_attributes_belong_to_the_content(tmp_path):
    flat = VIEWS.transpose(0, 2, 1, 3, 4).reshape(4, 5, 6, 3)
    kinds = [
        npz(x=flat),
        npz(views=VIEWS),
        npz(views=VIEWS, attributes=TABLE),
        npz(views=VIEWS, attributes=TABLE + 1),
    ]
    said = [read(data, "npz", tmp_path / str(place)).said for place, data in enumerate(kinds)]
    assert len({each["content_sha256"] for each in said}) == 4
    assert [each["report"]["views"] for each in said] == [1, 2, 2, 2]


@pytest.mark.parametrize(
    ("arrays", "says"),
    [
        ({"views": VIEWS, "x": VIEWS[:, 0]}, "both `x` and `views`"),
        ({"x": VIEWS[:, 0], "attributes": TABLE}, "no `views`"),
        ({"views": VIEWS[:, :, :, :, 0].reshape(4, -1)}, "shape"),
        ({"views": VIEWS, "attributes": TABLE[:3]}, "3 values for 4 samples"),
        ({"views": VIEWS, "attributes": TABLE[:, 0]}, "shape"),
        ({"views": VIEWS, "attributes": np.where(TABLE == 3, np.nan, TABLE)}, "NaN"),
        ({"views": VIEWS, "attributes": TABLE, "attribute_names": np.array(["a"])}, "2 columns and 1 names"),
        ({"views": VIEWS, "attributes": TABLE, "attribute_names": np.array(["a", "a"])}, "same name"),
        ({"views": VIEWS, "attribute_names": np.array(["a"])}, "no `attributes`"),
        ({"views": np.zeros((4, 17, 2, 2), np.uint8)}, "17 views"),
    ],
)
def test_what_is_no_views_is_refused(arrays, says, tmp_path):
    with pytest.raises(Refused, match=says):
        read(npz(**arrays), "npz", tmp_path)
    assert not (tmp_path / "out" / "canonical").exists()


@pytest.mark.parametrize("around", ["", "beads/"])
def test_folders_of_a_zip_are_views_and_a_table_is_joined_by_id(around, tmp_path):
    table = b"weight,id,length\n3,b1,4\n1,b0,2\n9,other,9\n7,b3,8\n5,b2,6\n"
    data = zipped(attributes__csv=table)
    if around:
        inside = zipfile.ZipFile(io.BytesIO(data))
        data = archive({around + name: inside.read(name) for name in inside.namelist()})
    outcome = read(data, "zip", tmp_path, views=True)
    np.testing.assert_array_equal(outcome.x[:, :, 3:], VIEWS[:, 1])
    assert outcome.ids == ["b0", "b1", "b2", "b3"]
    assert outcome.report["attributes"] == ["weight", "length"]
    assert np.load(outcome.folder / "attributes.npy").tolist() == [[1, 2], [3, 4], [5, 6], [7, 8]]
    assert outcome.said["label_columns"] == []
    assert any("1 rows of" in note for note in outcome.report["notes"])


@pytest.mark.parametrize("name", ["attributes.parquet", "Attributes.PARQUET"])
def test_a_table_may_be_parquet(name, tmp_path):
    out = io.BytesIO()
    columns = {"id": ["b3", "b1", "b0", "b2"], "weight": [4, 2, 1, 3], "pierced": [True, False, True, False]}
    pq.write_table(pa.table(columns), out)
    outcome = read(zipped(**{name.replace(".", "__"): out.getvalue()}), "zip", tmp_path, views=True)
    assert outcome.report["attributes"] == ["weight", "pierced"]
    assert np.load(outcome.folder / "attributes.npy").tolist() == [[1, 1], [2, 0], [3, 0], [4, 1]]


def test_a_second_table_is_refused(tmp_path):
    data = zipped(attributes__csv=b"id,weight\n", attributes__parquet=b"")
    with pytest.raises(Refused, match="two tables of attributes"):
        read(data, "zip", tmp_path, views=True)


def test_without_the_option_folders_stay_labels(tmp_path):
    outcome = read(zipped(), "zip", tmp_path)
    assert (outcome.said["n"], outcome.said["label_columns"]) == (8, ["label"])


@pytest.mark.parametrize(
    ("table", "says"),
    [
        (b"weight\n1\n", "no column `id`"),
        (b"id,weight\nb0,1\nb1,2\nb3,4\n", "no row for 1 samples, 'b2' first"),
        (b"id,weight\nb0,1\nb0,2\nb1,1\nb2,1\nb3,4\n", "an id twice"),
        (b"id,weight\nb0,heavy\nb1,2\nb2,1\nb3,4\n", "holds string"),
        (b"id,weight\nb0,\nb1,2\nb2,1\nb3,4\n", "NaN"),
        (b"id\nb0\nb1\nb2\nb3\n", "0 attributes"),
        (b"", "cannot be read"),
    ],
)
def test_a_table_that_does_not_fit_is_refused(table, says, tmp_path):
    with pytest.raises(Refused, match=says):
        read(zipped(attributes__csv=table), "zip", tmp_path, views=True)


def test_a_sample_that_one_view_lacks_is_refused(tmp_path):
    data = archive({"a/1.png": png(VIEWS[0, 0]), "a/2.png": png(VIEWS[0, 1]), "b/1.png": png(VIEWS[1, 0])})
    with pytest.raises(Refused, match="View 'b' lacks 1 of 2 samples, '2' first"):
        read(data, "zip", tmp_path, views=True)


def test_views_of_different_sizes_are_refused(tmp_path):
    data = archive(
        {
            "a/1.png": png(VIEWS[0, 0]),
            "b/1.png": png(VIEWS[0, 0][:4]),
            "a/2.png": png(VIEWS[0, 0]),
            "b/2.png": png(VIEWS[0, 0][:4]),
        }
    )
    with pytest.raises(Refused, match="differ in size"):
        read(data, "zip", tmp_path, views=True)
    resized = read(data, "zip", tmp_path / "again", views=True, resize=(6, 4))
    assert resized.said["shape"] == [6, 8, 3]


def test_an_image_beside_the_folders_is_refused(tmp_path):
    with pytest.raises(Refused, match="lies in no folder"):
        read(zipped(stray__png=png(VIEWS[0, 0])), "zip", tmp_path, views=True)
