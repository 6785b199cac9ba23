"""What every method promises that is looked at while it trains."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_array_equal

from clustering import engine
from clustering.checkpoint import Checkpoints
from clustering.describe import score
from clustering.errors import Drained
from clustering.params import PARAMS
from clustering.params.heads import HeadsParams
from clustering.run import Metrics, Run
from tests.clustering.methods.tiny import assert_same, samples, tiny

WATCHED = [
    name for name, params in PARAMS.items() if {"observe_every", "epochs"} <= params.model_fields.keys()
]
"""Whatever trains a clustering; beside them, self-labelling is looked at, whose test is its own."""
ENDING_EARLY = [name for name in WATCHED if "stop_below" in PARAMS[name].model_fields]
TRUTH = np.arange(60) % 3


def hostile(index, labels, z):
    """A score that writes on what it is told, draws random numbers and claims absurd figures."""
    for told in (index, labels, z):
        told.zero_()
    torch.rand(3)
    return {"acc": 1e30, "nmi": float("nan")}


def looks(result, name):
    return [point.epoch for point in result.curves if name in point.values]


def endings(result):
    """What tells clusterings apart in the names of figures: heads by their number, others by their index."""
    params, count = result.method.params, result.method.label_each(result.embeddings[:2]).shape[1]
    several = [f"_{place}" for place in range(count)]
    if isinstance(params, HeadsParams):
        several = [f"_head_{head}" for head in range(1, params.count + 1)]
    return several if len(several) > 1 else [""]


@pytest.mark.parametrize("name", WATCHED)
def test_a_score_leaves_labels_embeddings_and_model_as_they_are(name):
    x, params = samples(name), tiny(name, epochs=5, observe_every=2, stop_below=0.01)
    plain = engine.fit(x, params)
    for told in (score({"y": TRUTH}), score({"y": TRUTH[::-1].copy(), "z": TRUTH}), hostile):
        scored = engine.fit(x, params, Run(score=told))
        assert_same(scored, plain)
        for key, tensor in plain.method.state_dict().items():
            assert_array_equal(scored.method.state_dict()[key], tensor)


@pytest.mark.parametrize("name", WATCHED)
def test_figures_of_the_score_come_at_every_look_beside_unchanged_curves(name):
    x, params = samples(name), tiny(name, epochs=5, observe_every=2)
    plain = engine.fit(x, params)
    scored = engine.fit(x, params, Run(score=score({"y": TRUTH})))
    for ending in endings(scored):
        assert looks(scored, f"acc{ending}") == [2, 4, 5]
        assert looks(plain, f"distance_ratio{ending}") == ([2, 4, 5] if name in ENDING_EARLY else [])
    assert not [point for point in plain.curves if any(key.startswith("acc") for key in point.values)]
    for point, bare in zip(scored.curves, plain.curves, strict=True):
        assert point.values.items() >= bare.values.items()


@pytest.mark.parametrize("name", ENDING_EARLY)
def test_a_fit_that_ends_early_resumes_to_the_labels_of_an_undisturbed_one(name, tmp_path):
    x, params = samples(name), tiny(name, epochs=40, lr=1e-4, observe_every=3, stop_below=0.5)
    whole = engine.fit(x, params)
    done = [point.epoch for point in whole.curves if point.stage == "cluster"]
    assert len(done) < 40
    for after in range(len(whole.curves) - len(done), len(whole.curves), 2):
        seen, folder = [], tmp_path / str(after)

        def hear(report, seen=seen):
            if isinstance(report, Metrics):
                seen.append(report)

        def stop(seen=seen, after=after):
            return "drain" if len(seen) >= after else None

        with pytest.raises(Drained):
            engine.fit(x, params, Run(report=hear, stop=stop, checkpoints=Checkpoints(folder)))
        resumed = engine.fit(x, params, Run(checkpoints=Checkpoints(folder)))
        assert_same(resumed, whole)
        assert resumed.curves == whole.curves
