import numpy as np
import pytest

from benchmarks.datasets import Labeled
from benchmarks.quality.ensembles import cells, suite
from benchmarks.quality.ensembles.cells import Cell
from benchmarks.quality.ensembles.data import DATA
from benchmarks.quality.ensembles.trials import score, train


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Forty noisy images of two bars, a narrow net and one epoch."""
    rng, y = np.random.default_rng(0), np.arange(40) % 2
    x = rng.random((40, 16, 16)).astype(np.float32) / 4
    x[y == 0, 2] += 0.7
    x[y == 1, :, 5] += 0.7
    monkeypatch.setitem(DATA, "digits", lambda: Labeled(x, y))
    monkeypatch.setitem(cells.CLUSTERS, "digits", 2)
    monkeypatch.setattr(cells, "WIDTH", 2)
    monkeypatch.setattr(cells, "FEATURES", 16)
    monkeypatch.setattr(cells, "EPOCHS", 1)
    monkeypatch.setitem(cells.BATCHES, "digits", 20)


def test_the_net_of_cc_is_trained_once_and_scored_as_it_is_and_by_its_layers(tmp_path):
    found = {}
    contrasting, layered = (cell.spec for cell in cells.of("digits")[:2])
    few = layered | {"layers": ["features", "head1"], "base_clusterings": 1}
    for cell in (Cell("digits/cc", contrasting, True), Cell("digits/deepclue", few, True)):
        fit = suite.fit_of(cell, 0, "abc")
        train(fit.net, tmp_path)
        found[cell.method] = score(fit, tmp_path)
    assert len(list(tmp_path.iterdir())) == 1
    assert found["cc"]["spec"]["method"] == "cc"
    assert found["deepclue"]["spec"]["start"] == found["cc"]["spec"]
    assert {each["net_seconds"] > 0 for each in found.values()} == {True}
    assert 0 <= found["cc"]["nmi"] <= found["cc"]["acc"] <= 100


def test_many_clusterings_tell_how_alike_they_are(tmp_path):
    spec = cells.diverse("digits", 0.9) | {"heads": 3}
    found = score(suite.fit_of(Cell("digits/divclust_cc-0.9", spec), 0, "abc"), tmp_path)
    assert 0 <= found["diversity"] <= 1
    assert 0 <= found["seen_diversity"] <= 1
    assert found["net_seconds"] == 0
