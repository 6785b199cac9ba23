import json
import math

import numpy as np
import pyarrow.parquet as pq
import pytest
import torch

from clustering import engine
from clustering.consensus.ensemble import Ensemble
from clustering.consensus.structured_bipartite import structured_bipartite
from clustering.describe import describe, write_result
from clustering.metrics.between import mean_nmi
from clustering.params import parse
from clustering.run import Run
from tests.clustering.methods.test_cc import NEARLY, kinds
from tests.clustering.methods.tiny import images, tiny

EVERY = ["divclust_cc", "divclust_iic", "divclust_pica"]
NET = {"type": "plain", "channels": [8, 16], "kernel": 3}


@pytest.fixture(scope="module")
def fitted():
    x, _ = kinds()
    params = tiny("divclust_cc", n_clusters=3, heads=4, baselines=True)
    return engine.fit(x, params, Run(seed=3))


def labels(result, start):
    return [each.labels.numpy() for each in result.clusterings if each.name.startswith(start)]


@pytest.mark.parametrize("name", EVERY)
def test_the_defaults_are_those_of_the_paper(name):
    p = parse({"method": name, "n_clusters": 10})
    assert (p.heads, p.bound_every, p.bound_step, p.memory, p.consensus_heads) == (20, 20, 0.01, 10_000, 10)
    assert (p.normalization, p.single, p.over) == ("code", "C", None)


@pytest.mark.parametrize("base", ["cc", "iic", "pica"])
def test_what_both_have_is_as_in_the_method_it_is_over(base):
    own, over = (parse({"method": name, "n_clusters": 10}) for name in (f"divclust_{base}", base))
    names = type(own).model_fields.keys() & type(over).model_fields.keys()
    differing = {name for name in names if getattr(own, name) != getattr(over, name)}
    assert differing <= {"method", "over_clusters", "epochs", "passes"}


def test_a_result_has_all_ways_to_one_clustering_then_the_heads_and_the_baselines(fitted):
    names = [each.name for each in fitted.clusterings]
    assert [name[0] for name in names[:3]] == ["C", "A", "B"]
    assert names[3:] == ["head 1", "head 2", "head 3", "head 4", "k-means", "k-means/S", "k-means/F"]
    assert [each.soft is not None for each in fitted.clusterings] == [False, True, False] + [True] * 4 + [
        False
    ] * 3


def test_a_is_the_head_of_lowest_loss_and_b_and_c_are_consensuses_of_heads(fitted):
    heads, losses = labels(fitted, "head"), fitted.method.losses
    best = losses.argsort().tolist()
    seed = Run(seed=3).seed_for("consensus")
    np.testing.assert_array_equal(labels(fitted, "A")[0], heads[best[0]])
    for name, merged in (("B", heads), ("C", [heads[head] for head in best[:2]])):
        ensemble = Ensemble.of(merged)
        k = min(3, len(ensemble.rows.sizes))
        np.testing.assert_array_equal(labels(fitted, name)[0], structured_bipartite(ensemble, k, seed=seed))


def test_c_over_all_heads_is_b():
    result = engine.fit(images(), tiny("divclust_cc", heads=3, consensus_heads=5))
    np.testing.assert_array_equal(labels(result, "B")[0], labels(result, "C")[0])


@pytest.mark.parametrize("single", ["A", "B", "C"])
def test_the_main_clustering_is_the_one_that_was_asked_for(single):
    result = engine.fit(images(), tiny("divclust_pica", single=single, epochs=1))
    assert result.clusterings[0].name.startswith(single)


def test_extras_tell_each_heads_loss_and_how_far_heads_agree(fitted, tmp_path):
    x, y = kinds()
    files = {entry.name for entry in write_result(describe(fitted, x, {"y": y}), tmp_path)}
    assert {"heads.parquet", "diversity.json", "heads-nmi.npy", "heads-nmi.png", "agreement.json"} <= files
    told = json.loads((tmp_path / "diversity.json").read_text())
    heads = labels(fitted, "head")
    assert told["agreement"] == pytest.approx(mean_nmi(heads))
    assert told["target"] == 0.5
    assert len(told["merged_by_C"]) == 2
    np.testing.assert_allclose(np.load(tmp_path / "heads-nmi.npy"), told["nmi"], rtol=1e-5)
    table = pq.read_table(tmp_path / "heads.parquet").to_pydict()
    assert table["head"] == told["heads"]
    assert table["loss"] == pytest.approx(fitted.method.losses.tolist())


@pytest.mark.parametrize("name", EVERY)
def test_curves_tell_agreement_and_bound(name):
    curves = engine.fit(images(), tiny(name, epochs=2)).curves
    for point in curves:
        assert {"agreement", "bound", "diversity", "loss"} <= point.values.keys()
        assert 0 <= point.values["agreement"] <= 1


def test_clusterings_of_a_smaller_target_agree_less():
    x, _ = kinds(n=90)
    spec = {"n_clusters": 3, "epochs": 25, "lr": 3e-3, "augment": NEARLY, "batch_size": 30, "net": NET}
    spec |= {"heads": 4, "bound_step": 0.1, "memory": 180, "observe_every": 0}
    free, held = (
        mean_nmi(labels(engine.fit(x, tiny("divclust_cc", **spec, target=target), Run(seed=2)), "head"))
        for target in (1, 0.4)
    )
    assert free > 0.8
    assert held < 0.6


def test_the_price_of_likeness_moves_the_network():
    spec = {"epochs": 2, "batch_size": 10, "bound_step": 0.5}
    free, held = (engine.fit(images(), tiny("divclust_cc", **spec, target=t)) for t in (1, 0.01))
    assert all(point.values["bound"] == 1 and point.values["diversity"] == 0 for point in free.curves)
    assert held.curves[-1].values["diversity"] > 0
    assert not torch.equal(free.embeddings, held.embeddings)


def test_both_normalizations_are_heard():
    spec = {"epochs": 1, "batch_size": 10, "bound_step": 0.9, "target": 0.01, "heads": 3}
    code, paper = (
        engine.fit(images(), tiny("divclust_cc", **spec, normalization=each, lr=1e-12)).curves[0]
        for each in ("code", "paper")
    )
    assert code.values["diversity"] == pytest.approx(2 * paper.values["diversity"], rel=1e-3)


def test_new_samples_are_labeled_by_every_clustering(fitted, tmp_path):
    x, _ = kinds(n=30, seed=0)
    engine.save(fitted, tmp_path)
    told = engine.predict(tmp_path, np.roll(x, 1, axis=2))
    assert len(told.clusterings) == len(fitted.clusterings)
    for found in told.clusterings:
        assert found.shape == (30,)
        assert set(found.tolist()) <= {0, 1, 2}


def test_clusters_that_no_head_uses_do_no_harm():
    result = engine.fit(np.full((20, 8, 8, 1), 7, dtype=np.uint8), tiny("divclust_iic", baselines=True))
    assert all(len(each.labels.unique()) == 1 for each in result.clusterings)
    assert math.isclose(json.loads(json.dumps(result.extras["diversity"]))["agreement"], 1)
