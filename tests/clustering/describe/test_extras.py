"""What a method shows beside its clusterings: files in the data's own units."""

import json

import numpy as np
import pyarrow.parquet as pq
import pytest
import torch
from PIL import Image

from clustering import engine
from clustering.describe import Outputs, describe, write_result
from clustering.errors import Unsupported
from clustering.extras import Decoded, Table, settled
from clustering.methods import METHODS
from clustering.params import parse

KMEANS = parse({"method": "kmeans", "n_clusters": 2})


@pytest.fixture
def images():
    return np.random.default_rng(0).integers(0, 256, (20, 4, 6, 3), dtype=np.uint8)


@pytest.fixture
def fitted(images, monkeypatch):
    """A fit that shows the first samples twice, what it was told, a table and an array."""
    offered = {
        "data": lambda data, z: {"n": data.n, "d": z.shape[1]},
        "first-ones": lambda data, z: Decoded(z[:6].reshape(2, 3, -1)),
        "mean": lambda data, z: Decoded(z.mean(dim=0)),
        "candidates": lambda data, z: Table({"name": ["a", "b"], "score": [0.5, None]}),
        "norms": lambda data, z: z.norm(dim=1),
    }
    monkeypatch.setattr(
        METHODS["kmeans"],
        "extras",
        lambda self, data, z: {name: make(data, z) for name, make in offered.items()},
    )
    return engine.fit(images, KMEANS)


@pytest.fixture
def files(fitted, images, tmp_path):
    return {entry.name: entry for entry in write_result(describe(fitted, images), tmp_path)}


def test_points_of_the_embedding_are_decoded_into_samples(files, images):
    found = np.load(files["first-ones.npy"].path)
    assert found.shape == (2, 3, 4, 6, 3)
    np.testing.assert_allclose(found.reshape(6, 4, 6, 3), images[:6], atol=1e-3)
    np.testing.assert_allclose(np.load(files["mean.npy"].path), images.mean(axis=0), atol=1e-2)


def test_decoded_images_are_also_one_picture(files, images):
    with Image.open(files["first-ones.png"].path) as picture:
        assert picture.size == (3 * 66 + 2, 2 * 66 + 2)
    with Image.open(files["mean.png"].path) as picture:
        assert picture.size == (68, 68)
    assert "norms.png" not in files


def test_tables_arrays_and_facts_are_files_of_their_kind(files, fitted):
    table = pq.read_table(files["candidates.parquet"].path)
    assert table.to_pydict() == {"name": ["a", "b"], "score": [0.5, None]}
    np.testing.assert_array_equal(np.load(files["norms.npy"].path), fitted.embeddings.norm(dim=1))
    assert json.loads(files["data.json"].path.read_text()) == {"n": 20, "d": 72}
    assert files["data.json"].media_type == "application/json"


def test_nothing_is_decoded_where_it_is_not_wanted(fitted, images):
    assert set(describe(fitted, images, outputs=Outputs(decoded=False)).extras) == {
        "data",
        "candidates",
        "norms",
    }


def test_vectors_have_no_picture(tmp_path, monkeypatch):
    monkeypatch.setattr(METHODS["kmeans"], "extras", lambda self, data, z: {"first": Decoded(z[:2])})
    x = np.random.default_rng(0).random((20, 3)).astype(np.float32)
    names = {entry.name for entry in write_result(describe(engine.fit(x, KMEANS), x), tmp_path)}
    assert "first.npy" in names
    assert "first.png" not in names


@pytest.mark.parametrize("name", ["", "../x", "A", "a b", "labels.parquet", "-a"])
def test_a_name_that_is_no_name_of_a_file_is_refused(name):
    with pytest.raises(Unsupported, match="a-z"):
        settled({name: torch.zeros(1)})
