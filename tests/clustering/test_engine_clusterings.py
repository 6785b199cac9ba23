"""The engine over a method that finds several clusterings."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_array_equal

from clustering import engine
from clustering.describe import describe, write_result
from clustering.methods import METHODS, Clustering
from clustering.params import parse

KMEANS = parse({"method": "kmeans", "n_clusters": 2})


def by_sign(self, z):
    """One clustering a dimension, by the sides of zero; what lies near it is an outlier of the second."""
    sides = (z > 0).long()
    near = z[:, 1].abs() < 0.1
    axes = torch.eye(2, device=z.device)
    return [
        Clustering(sides[:, 0], None, None, axes[0].requires_grad_(), 2, name="x"),
        Clustering(torch.where(near, -1, sides[:, 1]), None, None, axes[1].double()),
    ]


@pytest.fixture
def x(monkeypatch):
    monkeypatch.setattr(METHODS["kmeans"], "clusterings", by_sign)
    return np.random.default_rng(0).normal(size=(50, 2)).astype(np.float32)


def test_all_clusterings_come_back_whole(x):
    first, second = engine.fit(x, KMEANS).clusterings
    assert (first.name, first.weight_power, second.name, second.weight_power) == ("x", 2, None, 1)
    for clustering in (first, second):
        assert clustering.weights.dtype == torch.float32
        assert not clustering.weights.requires_grad
    assert (second.labels == -1).any()


def test_new_samples_get_the_labels_of_all_clusterings_the_main_one_first(x, tmp_path):
    result = engine.fit(x, KMEANS)
    engine.save(result, tmp_path)
    predicted = engine.predict(tmp_path, x)
    assert_array_equal(predicted.labels, result.clusterings[0].labels)
    assert len(predicted.clusterings) == 2
    for found, fitted in zip(predicted.clusterings, result.clusterings, strict=True):
        assert_array_equal(found, fitted.labels)


def test_files_are_written_of_each(x, tmp_path):
    told = describe(engine.fit(x, KMEANS), x)
    names = {entry.name for entry in write_result(told, tmp_path)}
    for kind in ("labels-{}.parquet", "decoded-{}.npy", "projection-heaviest-{}.parquet"):
        assert {kind.format(0), kind.format(1)} <= names
    assert "agreement.json" in names
