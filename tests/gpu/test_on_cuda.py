"""What a CUDA device changes and what it must not. Skipped where there is none."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from pydantic import ValidationError
from sklearn.metrics import adjusted_rand_score

from clustering import engine
from clustering.checkpoint import Checkpoints
from clustering.errors import Cancelled
from clustering.params import problems
from clustering.run import Metrics, Run
from tests.clustering.methods.tiny import RESNET, assert_same, images, labels_of, methods, samples, tiny
from worker.runner import failure_of

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device"),
]
GPU = Run(device="cuda:0")
CONV = {"type": "conv", "channels": [4, 8]}
BRB = {"interval": 1, "samples": 40}


@pytest.mark.parametrize("name", methods())
def test_the_same_seed_gives_the_same_labels(name):
    x = samples(name)
    assert_same(*(engine.fit(x, tiny(name), replace(GPU, seed=7)) for _ in range(2)))


@pytest.mark.parametrize("net", ["mlp", "conv", "resnet"])
@pytest.mark.parametrize("name", methods("augment"))
def test_a_fit_on_random_views_repeats_with_every_net(name, net):
    fields = {"augment": {"type": "affine"}}
    if net != "mlp":
        fields["net"] = CONV if net == "conv" else RESNET
    try:
        params = tiny(name, **fields)
    except ValidationError:
        pytest.skip(f"{name} has no {net} net.")
    if refused := problems(params, kind="images", shape=(8, 8, 1), n=40):
        pytest.skip(f"{name} does not take a {net} net here: {refused[0].message}")
    assert_same(*(engine.fit(images(), params, GPU) for _ in range(2)))


@pytest.mark.parametrize("name", methods("resume"))
def test_a_killed_and_resumed_fit_gives_the_labels_of_an_undisturbed_one(name, tmp_path):
    x, params = samples(name), tiny(name)
    whole = engine.fit(x, params, GPU)
    seen = []
    killed = replace(
        GPU,
        checkpoints=Checkpoints(tmp_path, every_s=0),
        report=seen.append,
        stop=lambda: "cancel" if sum(isinstance(one, Metrics) for one in seen) >= 2 else None,
    )
    if len(whole.curves) > 2:
        with pytest.raises(Cancelled):
            engine.fit(x, params, killed)
    again = replace(GPU, checkpoints=Checkpoints(tmp_path, every_s=0))
    assert_same(engine.fit(x, params, again), whole)


@pytest.mark.parametrize("name", ["dec", "idec", "dcn"])
def test_resets_repeat(name):
    params = tiny(name, brb=BRB, epochs=4)
    assert_same(*(engine.fit(samples(name), params, GPU) for _ in range(2)))


@pytest.mark.parametrize("name", ["kmeans", "ae_kmeans", "dcn"])
def test_clear_clusters_are_those_that_the_cpu_finds(name):
    rng = np.random.default_rng(0)
    x = (rng.normal(size=(90, 4)) + 12 * np.eye(4)[np.arange(90) % 3]).astype(np.float32)
    params = tiny(name, n_clusters=3)
    here, there = (labels_of(engine.fit(x, params, run))[0] for run in (Run(), GPU))
    assert adjusted_rand_score(here, there) == pytest.approx(1)


def test_streamed_samples_give_the_labels_of_resident_ones():
    x, params = images(200), tiny("dcn", augment={"type": "affine"})
    whole = engine.fit(x, params, GPU)
    assert_same(engine.fit(x, params, replace(GPU, memory_budget_bytes=1000)), whole)


def test_a_model_trained_on_the_gpu_predicts_on_the_cpu(tmp_path):
    x = images()
    result = engine.fit(x, tiny("dcn"), GPU)
    engine.save(result, tmp_path)
    np.testing.assert_allclose(
        engine.predict(tmp_path, x).embeddings, result.embeddings, rtol=1e-3, atol=1e-3
    )


@pytest.mark.parametrize("precision", ["auto", "bfloat16"])
def test_a_fit_in_bfloat16_repeats_and_stays_finite(precision):
    params = tiny("idec", precision=precision)
    first, second = (engine.fit(samples("idec"), params, GPU) for _ in range(2))
    assert_same(first, second)
    assert first.embeddings.isfinite().all()


def test_too_large_a_batch_is_an_out_of_memory_error_that_the_runner_knows():
    with pytest.raises(torch.OutOfMemoryError) as raised:
        torch.empty(2**42, device="cuda:0")
    assert failure_of(raised.value).code == "out_of_gpu_memory"


def test_the_callers_random_state_on_the_device_is_left_as_it_was():
    torch.cuda.manual_seed(3)
    before = torch.cuda.get_rng_state()
    engine.fit(samples("dcn"), tiny("dcn"), GPU)
    assert torch.equal(torch.cuda.get_rng_state(), before)
