"""What every method promises, found by discovery: a new method is tested without a new line here."""

import ast
import inspect
import json

import numpy as np
import pytest
import torch
from numpy.testing import assert_array_equal

from clustering import engine
from clustering.checkpoint import Checkpoints
from clustering.describe import describe, write_result
from clustering.errors import Cancelled, Drained
from clustering.methods import METHODS
from clustering.methods.base import Method
from clustering.params import PARAMS
from clustering.run import Metrics, Progress, Run
from tests.clustering.methods.tiny import (
    assert_same,
    images,
    labels_of,
    methods,
    over_images,
    samples,
    tiny,
    undisturbed,
    vectors,
)

EVERY = methods()
CLUSTERING = methods(kind="cluster")
RESUMING = methods("resume")
AUGMENTING = methods("augment")
COMPARED = {"agreement", "member-labels"}
"""What ensembles tell of their members, which is said of all of them together."""


def stopping_after(reports, how):
    """A run that is told to stop once so many epochs have been reported."""
    seen = []

    def report(message):
        if isinstance(message, Metrics):
            seen.append(message)

    return {"report": report, "stop": lambda: how if len(seen) >= reports else None}


def test_every_params_class_has_a_method_and_every_method_params():
    assert set(METHODS) == set(PARAMS)


@pytest.mark.parametrize("name", EVERY)
def test_the_same_seed_gives_the_same_labels_and_the_caller_keeps_its_random_state(name):
    np.random.seed(3)
    torch.manual_seed(3)
    before = np.random.get_state()[1].copy(), torch.get_rng_state()
    again = engine.fit(samples(name), tiny(name))
    assert_array_equal(np.random.get_state()[1], before[0])
    assert_array_equal(torch.get_rng_state(), before[1])
    assert_same(again, undisturbed(name))


@pytest.mark.parametrize(
    ("epochs", "how"), [(1, "cancel"), (2, "drain"), (3, "cancel"), (4, "drain"), (5, "drain")]
)
@pytest.mark.parametrize("name", RESUMING)
def test_a_killed_and_resumed_fit_gives_the_labels_of_an_undisturbed_one(name, epochs, how, tmp_path):
    x = samples(name)
    params, whole = tiny(name), undisturbed(name)
    with pytest.raises((Drained, Cancelled)):
        killed = Run(
            checkpoints=Checkpoints(tmp_path, every_s=0),
            **stopping_after(min(epochs, len(whole.curves) - 1), how),
        )
        engine.fit(x, params, killed)
    resumed = engine.fit(x, params, Run(checkpoints=Checkpoints(tmp_path, every_s=0)))
    assert_same(resumed, whole)
    assert resumed.curves == whole.curves


@pytest.mark.parametrize("name", RESUMING)
def test_a_fit_killed_between_checkpoints_gives_the_labels_of_an_undisturbed_one(name, tmp_path):
    x = samples(name)
    with pytest.raises(Cancelled):
        engine.fit(
            x, tiny(name), Run(checkpoints=Checkpoints(tmp_path, every_s=1e9), **stopping_after(2, "cancel"))
        )
    assert_same(engine.fit(x, tiny(name), Run(checkpoints=Checkpoints(tmp_path))), undisturbed(name))


@pytest.mark.parametrize("name", [name for name in EVERY if name not in RESUMING])
def test_a_method_that_keeps_no_checkpoints_ends_in_spite_of_a_drain(name):
    x = samples(name)
    assert_same(engine.fit(x, tiny(name), Run(stop=lambda: "drain")), undisturbed(name))


@pytest.mark.parametrize("name", RESUMING)
def test_a_method_that_resumes_names_all_its_stages(name):
    result = undisturbed(name)
    planned, curves = result.method.stages(), result.curves
    met = {stage: sum(point.stage == stage for point in curves) for stage in planned}
    assert met == planned
    assert len(curves) == sum(planned.values())


@pytest.mark.parametrize("name", RESUMING)
def test_progress_rises_to_the_end(name):
    heard = []
    engine.fit(samples(name), tiny(name), Run(report=heard.append))
    fractions = [message.fraction for message in heard if isinstance(message, Progress)]
    assert fractions == sorted(fractions)
    assert fractions[-1] == pytest.approx(1)


def test_true_labels_have_no_way_into_a_fit():
    for front in (engine.fit, Method.fit):
        names = set(inspect.signature(front).parameters)
        assert names <= {"self", "array", "data", "params", "run", "modalities"}
    for method in METHODS.values():
        tree = ast.parse(inspect.getsource(inspect.getmodule(method)))
        imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert not {name for name in imported if name and name.startswith("clustering.describe")}


@pytest.mark.parametrize("name", EVERY)
def test_what_a_result_shows_beside_is_told_with_the_method(name):
    assert set(undisturbed(name).extras) <= set(PARAMS[name].artifacts) | COMPARED


@pytest.mark.parametrize("name", [name for name in EVERY if PARAMS[name].curves])
def test_curves_of_a_methods_own_are_told_with_it(name):
    met = {series for point in undisturbed(name).curves for series in point.values}
    own = {series for series in met if not series.startswith(("loss", "label_change", "silhouette"))}
    assert own <= set(PARAMS[name].curves)


@pytest.mark.parametrize("name", CLUSTERING)
def test_describing_with_other_true_labels_leaves_the_labels(name):
    x, truth = samples(name), np.arange(60) % 3
    result = undisturbed(name)
    before = [labels.copy() for labels in labels_of(result)]
    for columns in ({"y": truth}, {"y": truth[::-1].copy()}, {}):
        told = describe(result, x, columns)
        for one, other in zip(before, told.per_sample, strict=True):
            assert_array_equal(one, other.labels)
    assert_same(engine.fit(x, tiny(name)), result)


@pytest.mark.parametrize("name", AUGMENTING)
def test_a_fit_on_random_views_repeats(name):
    params = tiny(name, augment={"type": "affine"})
    assert_same(*(engine.fit(images(), params) for _ in range(2)))


@pytest.mark.parametrize("name", EVERY)
def test_a_cancel_is_heard_before_anything_is_learned(name):
    with pytest.raises(Cancelled):
        engine.fit(samples(name), tiny(name), Run(stop=lambda: "cancel"))


@pytest.mark.parametrize("name", RESUMING)
def test_a_cancel_is_heard_within_the_epoch(name):
    heard = []

    def stop():
        return "cancel" if any(isinstance(message, Progress) for message in heard) else None

    with pytest.raises(Cancelled):
        engine.fit(samples(name), tiny(name), Run(stop=stop, report=heard.append))
    assert not [message for message in heard if isinstance(message, Metrics)]


@pytest.mark.parametrize("name", CLUSTERING)
def test_a_soft_assignment_is_a_distribution_that_agrees_with_the_labels(name):
    found = undisturbed(name).clusterings
    assert any(clustering.soft is not None for clustering in found) == ("soft" in PARAMS[name].supports)
    for clustering in found:
        if clustering.soft is not None:
            assert clustering.soft.shape == (60, 2)
            assert clustering.soft.min() >= 0
            np.testing.assert_allclose(clustering.soft.sum(dim=1), 1, rtol=1e-5)
            assert_array_equal(clustering.soft.argmax(dim=1), clustering.labels)


@pytest.mark.parametrize("name", methods("predict"))
def test_a_saved_model_predicts_the_labels_of_the_fit(name, tmp_path):
    x, result = samples(name), undisturbed(name)
    engine.save(result, tmp_path)
    told = engine.predict(tmp_path, x)
    np.testing.assert_allclose(told.embeddings, result.embeddings, rtol=1e-5, atol=1e-5)
    assert (told.labels is None) == (PARAMS[name].kind == "pretrain")
    if told.labels is not None:
        assert_array_equal(told.labels, labels_of(result)[0])
        assert_array_equal(told.clusterings, labels_of(result))
        assert engine.predict(tmp_path, x[:1]).labels == told.labels[:1]


@pytest.mark.parametrize("name", methods("predict"))
def test_a_saved_model_makes_of_new_samples_what_a_fit_yields(name, tmp_path):
    x, result = samples(name), undisturbed(name)
    engine.save(result, tmp_path)
    few = engine.apply(tmp_path, x[:7])
    np.testing.assert_allclose(few.embeddings, result.embeddings[:7], rtol=1e-5, atol=1e-5)
    assert len(few.clusterings) == len(result.clusterings)
    for one, whole in zip(few.clusterings, result.clusterings, strict=True):
        assert_array_equal(one.labels, whole.labels[:7])
        assert (one.soft is None) == (whole.soft is None)
    assert few.extras.keys() == result.extras.keys()
    for part in (few, engine.apply(tmp_path, x[:1])):
        told = describe(part, x[: len(part.embeddings)], {})
        json.dumps([told.rows(), told.summary], allow_nan=False)


@pytest.mark.parametrize(
    ("name", "data"), [(name, data) for name in EVERY for data in sorted(PARAMS[name].accepts)]
)
def test_a_described_result_is_json_and_files(name, data, tmp_path):
    x, result = (vectors()[0], undisturbed(name)) if data == "vectors" else (images(), over_images(name))
    n = len(x)
    told = describe(result, x, {"half": np.arange(n) % 2})
    json.dumps([told.rows(), told.summary], allow_nan=False)
    names = [entry.name for entry in write_result(told, tmp_path)]
    files = set(names)
    assert len(files) == len(names)
    assert files == {path.name for path in tmp_path.iterdir()}
    assert {"embeddings.npy", "projection-pca.parquet", "curves.parquet"} <= files
    assert ("model.safetensors" in files) == ("predict" in PARAMS[name].supports)
    assert ("labels-0.parquet" in files) == (PARAMS[name].kind != "pretrain")
    for row in told.clusterings:
        assert sum(cluster.size for cluster in row.clusters) + row.n_outliers == n
