import numpy as np
import pyarrow.parquet as pq
import pytest
from PIL import Image

from clustering import engine
from clustering.describe import Outputs, describe, write_result
from clustering.describe.captions import GAP, SIZE
from clustering.params import parse

NET = {"net": {"type": "mlp", "hidden": [4]}, "embedding_dim": 2, "pretrain_epochs": 2, "epochs": 2}


@pytest.fixture(scope="module")
def x():
    return np.random.default_rng(0).integers(0, 256, (30, 8, 6, 1), dtype=np.uint8)


@pytest.fixture(scope="module")
def told(x):
    return describe(engine.fit(x, parse({"method": "dec", "n_clusters": 3, **NET})), x)


@pytest.fixture(scope="module")
def files(told, tmp_path_factory):
    return {entry.name: entry for entry in write_result(told, tmp_path_factory.mktemp("result") / "new")}


def test_files_have_the_names_and_types_that_artifacts_have(files):
    assert {name: entry.media_type for name, entry in files.items()} == {
        "labels-0.parquet": "application/vnd.apache.parquet",
        "soft-0.npy": "application/x-npy",
        "decoded-0.npy": "application/x-npy",
        "prototypes-0.png": "image/png",
        "embeddings.npy": "application/x-npy",
        "projection-pca.parquet": "application/vnd.apache.parquet",
        "curves.parquet": "application/vnd.apache.parquet",
        "model.safetensors": "application/vnd.safetensors",
        "model.json": "application/json",
    }
    assert all(entry.path.name == name and entry.path.is_file() for name, entry in files.items())


def test_labels_come_back_as_they_were(told, files):
    table = pq.read_table(files["labels-0.parquet"].path)
    assert table.schema.names == ["index", "cluster", "confidence", "margin", "distance"]
    assert [str(kind) for kind in table.schema.types] == ["int64", "int64", "float", "float", "float"]
    np.testing.assert_array_equal(table["index"], np.arange(30))
    np.testing.assert_array_equal(table["cluster"], told.per_sample[0].labels)
    np.testing.assert_array_equal(table["confidence"], told.per_sample[0].confidence)
    np.testing.assert_array_equal(table["distance"], told.per_sample[0].distance)


def test_arrays_come_back_as_they_were(told, files):
    for name, expected in {
        "soft-0.npy": told.per_sample[0].soft,
        "decoded-0.npy": told.per_sample[0].decoded,
        "embeddings.npy": told.result.embeddings.numpy(),
    }.items():
        found = np.load(files[name].path, allow_pickle=False)
        assert found.dtype == np.float32
        np.testing.assert_array_equal(found, expected)


def test_the_projection_comes_back_as_it_was(told, files):
    table = pq.read_table(files["projection-pca.parquet"].path)
    assert table.schema.names == ["index", "x", "y"]
    np.testing.assert_array_equal(np.stack([table["x"], table["y"]], axis=1), told.projection)


def test_curves_have_a_row_an_epoch_and_a_column_a_curve(told, files):
    table = pq.read_table(files["curves.parquet"].path)
    assert table.schema.names[:3] == ["step", "stage", "epoch"]
    assert table["step"].to_pylist() == [1, 2, 3, 4]
    assert table["stage"].to_pylist() == ["pretrain"] * 2 + ["cluster"] * 2
    assert table["loss"].to_pylist() == [point.values["loss"] for point in told.result.curves]


def test_a_method_without_epochs_has_empty_curves(x, tmp_path):
    result = engine.fit(x, parse({"method": "kmeans", "n_clusters": 2}))
    write_result(describe(result, x), tmp_path)
    assert pq.read_table(tmp_path / "curves.parquet").num_rows == 0


def test_the_model_predicts_the_labels(told, x, files):
    labels = engine.predict(files["model.json"].path.parent, x).labels
    np.testing.assert_array_equal(labels, told.per_sample[0].labels)


def test_the_picture_has_a_row_a_cluster(told, files):
    with Image.open(files["prototypes-0.png"].path) as picture:
        rows = sum(size > 0 for size in told.summary["sizes"])
        assert picture.height == rows * 66 + 2 + SIZE + 2 * GAP
        assert picture.mode == "RGB"


def test_vectors_have_no_picture(tmp_path):
    x = np.random.default_rng(0).random((20, 3))
    told = describe(engine.fit(x, parse({"method": "kmeans", "n_clusters": 2})), x)
    assert "prototypes-0.png" not in {entry.name for entry in write_result(told, tmp_path)}


def test_noise_has_null_confidence(x, tmp_path):
    result = engine.fit(x, parse({"method": "kmeans", "n_clusters": 2}))
    result.clusterings[0].labels[4] = -1
    write_result(describe(result, x), tmp_path)
    table = pq.read_table(tmp_path / "labels-0.parquet")
    assert table["cluster"][4].as_py() == -1
    assert {table[name][4].as_py() for name in ("confidence", "margin", "distance")} == {None}
    assert table["confidence"].null_count == 1


def test_only_what_is_wanted_is_written(x, tmp_path):
    wanted = Outputs(soft=False, embeddings=False, projection=(), decoded=False, model=False)
    told = describe(engine.fit(x, parse({"method": "gmm", "n_clusters": 2})), x, outputs=wanted)
    assert {entry.name for entry in write_result(told, tmp_path)} == {"labels-0.parquet", "curves.parquet"}


def test_a_pretraining_writes_what_it_has(x, tmp_path):
    spec = {"method": "autoencoder", "epochs": 1, "net": NET["net"], "embedding_dim": 2}
    told = describe(engine.fit(x, parse(spec)), x, {"y": np.zeros(30, dtype=np.int64)})
    assert {entry.name for entry in write_result(told, tmp_path)} == {
        "embeddings.npy",
        "projection-pca.parquet",
        "curves.parquet",
        "model.safetensors",
        "model.json",
    }
