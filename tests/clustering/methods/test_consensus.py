"""What every method promises that makes one clustering out of given ones, found by discovery."""

import json

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from clustering import engine
from clustering.consensus.ensemble import Ensemble
from clustering.describe import describe, write_result
from clustering.errors import Cancelled, InvalidData, TooLarge
from clustering.methods import METHODS
from clustering.metrics.agreement import ari
from clustering.params import PARAMS
from clustering.params.consensus import EnsembleParams
from clustering.run import Run
from tests.clustering.methods.tiny import assert_sound, images, labels_of, tiny, vectors

EVERY = [name for name, params in PARAMS.items() if issubclass(params, EnsembleParams)]
every = pytest.mark.parametrize("name", EVERY)


def members(n=60, k=3, m=5):
    """Clusterings that each put some samples elsewhere, and the clusters they stand for."""
    rng = np.random.default_rng(0)
    right = np.arange(n) % k
    return Ensemble.of(np.where(rng.random((m, n)) < 0.1, rng.integers(0, k, (m, n)), right)), right


def test_all_of_them_are_found():
    graphs = {"cspa", "hgpa", "mcla", "hbgf", "structured_bipartite"}
    assert set(EVERY) == graphs | {"nmf_consensus", "lwea", "lwgp", "eac"}
    assert {"rp_em", "rp_fcm"} <= METHODS.keys()


@every
@pytest.mark.parametrize("x", [vectors()[0], images(60)], ids=["vectors", "images"])
def test_the_consensus_is_that_of_the_ensemble_whatever_the_samples(name, x):
    ensemble, right = members()
    first, second = (engine.fit(x, tiny(name, n_clusters=3), Run(ensemble=ensemble)) for _ in range(2))
    assert_sound(first, 60, k=3)
    assert_array_equal(labels_of(first), labels_of(second))
    assert ari(right, labels_of(first)[0]) > 0.9


@every
def test_it_is_described_with_the_agreement_of_the_ensemble(name, tmp_path):
    ensemble, _ = members()
    result = engine.fit(vectors()[0], tiny(name, n_clusters=3), Run(ensemble=ensemble))
    files = {entry.name for entry in write_result(describe(result, vectors()[0]), tmp_path)}
    assert {"labels-0.parquet", "agreement.json"} <= files
    assert "model.json" not in files
    told = json.loads((tmp_path / "agreement.json").read_text())
    assert told["names"] == ["0", "1", "2", "3", "4"]
    assert {len(told[each]) for each in ("nmi", "ari", "vi")} == {5}


@every
def test_what_cannot_be_merged_is_refused(name):
    x, params = vectors()[0], tiny(name, n_clusters=3)
    with pytest.raises(InvalidData, match="the run has to bring an ensemble"):
        engine.fit(x, params)
    with pytest.raises(InvalidData, match="labels 40 samples; the data set has 60"):
        engine.fit(x, params, Run(ensemble=members(n=40)[0]))
    with pytest.raises(InvalidData, match="k is 3; the ensemble tells 2"):
        engine.fit(x, params, Run(ensemble=Ensemble.of([np.arange(60) % 2] * 2)))
    with pytest.raises(Cancelled):
        engine.fit(x, params, Run(ensemble=members()[0], stop=lambda: "cancel"))


@pytest.mark.parametrize("name", ["eac", "lwea"])
def test_an_ensemble_too_large_for_the_memory_is_refused(name):
    with pytest.raises(TooLarge, match="bytes"):
        budget = Run(ensemble=members()[0], memory_budget_bytes=1000)
        engine.fit(vectors()[0], tiny(name, n_clusters=3), budget)


@pytest.mark.parametrize("name", ["rp_em", "rp_fcm"])
def test_projections_show_how_far_they_agree(name):
    x, right = vectors(d=8)
    result = engine.fit(x, tiny(name, n_clusters=3))
    assert ari(right, labels_of(result)[0]) > 0.9
    assert len(result.extras["agreement"]["nmi"]) == 3
    assert engine.fit(x, tiny(name, n_clusters=3, runs=1)).extras == {}


def test_fuzzy_memberships_may_be_joined_by_similarity():
    x, right = vectors(d=8)
    result = engine.fit(x, tiny("rp_fcm", n_clusters=3, joined="similarity"))
    assert ari(right, labels_of(result)[0]) > 0.9
