from dataclasses import replace

import numpy as np
import pytest
import torch
from numpy.testing import assert_array_equal

from clustering import engine
from clustering.checkpoint import Checkpoints
from clustering.errors import Cancelled, CheckpointRefused, Diverged, Drained, InvalidData, Unsupported
from clustering.params import parse
from clustering.run import CheckpointSaved, Metrics, Progress, Run

NET = {"type": "mlp", "hidden": [16]}
DCN = {
    "method": "dcn",
    "n_clusters": 3,
    "net": NET,
    "embedding_dim": 4,
    "batch_size": 32,
    "pretrain_epochs": 3,
    "epochs": 4,
    "augment": {"type": "affine"},
}
ADOPTING = {name: value for name, value in DCN.items() if name != "pretrain_epochs"} | {
    "initial_model": "mdl_1"
}
AUTOENCODER = {"method": "autoencoder", "net": NET, "embedding_dim": 4, "batch_size": 32, "epochs": 3}


@pytest.fixture(scope="module")
def images():
    rng = np.random.default_rng(0)
    blobs = rng.integers(0, 256, (3, 8, 8, 1))
    return np.clip(blobs[np.arange(90) % 3] + rng.normal(0, 20, (90, 8, 8, 1)), 0, 255).astype(np.uint8)


def stopping_after(epochs, how):
    """A run's `stop` and `report` that stop it once so many epochs are over."""
    done = []
    report = lambda message: done.append(message) if isinstance(message, Metrics) else None  # noqa: E731
    return {"report": report, "stop": lambda: how if len(done) >= epochs else None}


def test_the_same_seed_gives_the_same_result_and_another_seed_another(images):
    first, second, third = (engine.fit(images, parse(DCN), Run(seed=seed)) for seed in (1, 1, 2))
    assert_array_equal(first.embeddings, second.embeddings)
    assert_array_equal(first.clusterings[0].labels, second.clusterings[0].labels)
    assert not np.array_equal(first.embeddings, third.embeddings)


@pytest.mark.parametrize("epochs", [1, 2, 3, 4, 6, 7])
def test_a_run_drained_and_resumed_gives_bit_for_bit_the_undisturbed_result(images, tmp_path, epochs):
    whole = engine.fit(images, parse(DCN))
    with pytest.raises(Drained):
        engine.fit(
            images, parse(DCN), Run(checkpoints=Checkpoints(tmp_path), **stopping_after(epochs, "drain"))
        )
    resumed = engine.fit(images, parse(DCN), Run(checkpoints=Checkpoints(tmp_path)))
    assert_array_equal(resumed.embeddings, whole.embeddings)
    assert_array_equal(resumed.clusterings[0].centers, whole.clusterings[0].centers)
    assert resumed.curves == whole.curves


@pytest.mark.parametrize("epochs", [2, 5])
def test_a_run_killed_between_checkpoints_gives_the_undisturbed_result(images, tmp_path, epochs):
    whole = engine.fit(images, parse(DCN))
    kept = Checkpoints(tmp_path, every_s=0)
    with pytest.raises(Cancelled):
        engine.fit(images, parse(DCN), Run(checkpoints=kept, **stopping_after(epochs, "cancel")))
    resumed = engine.fit(images, parse(DCN), Run(checkpoints=kept))
    assert_array_equal(resumed.embeddings, whole.embeddings)


def test_a_convolutional_net_resumes_bit_for_bit(images, tmp_path):
    conv = parse(DCN | {"net": {"type": "conv", "channels": [4, 8]}})
    whole = engine.fit(images, conv)
    with pytest.raises(Drained):
        engine.fit(images, conv, Run(checkpoints=Checkpoints(tmp_path), **stopping_after(4, "drain")))
    resumed = engine.fit(images, conv, Run(checkpoints=Checkpoints(tmp_path)))
    assert_array_equal(resumed.embeddings, whole.embeddings)


def test_a_resumed_run_does_only_what_is_left(images, tmp_path):
    with pytest.raises(Drained):
        engine.fit(images, parse(DCN), Run(checkpoints=Checkpoints(tmp_path), **stopping_after(5, "drain")))
    seen = []
    engine.fit(images, parse(DCN), Run(checkpoints=Checkpoints(tmp_path), report=seen.append))
    assert [(m.step, m.stage, m.epoch) for m in seen if isinstance(m, Metrics)] == [
        (6, "cluster", 3),
        (7, "cluster", 4),
    ]


@pytest.mark.parametrize("change", [{"n_clusters": 4}, {"lr": 0.01}])
def test_a_checkpoint_of_another_spec_is_refused(images, tmp_path, change):
    engine.fit(images, parse(DCN), Run(checkpoints=Checkpoints(tmp_path)))
    with pytest.raises(CheckpointRefused):
        engine.fit(images, parse(DCN | change), Run(checkpoints=Checkpoints(tmp_path)))


def test_a_checkpoint_of_another_seed_or_data_set_is_refused(images, tmp_path):
    engine.fit(images, parse(DCN), Run(checkpoints=Checkpoints(tmp_path)))
    with pytest.raises(CheckpointRefused):
        engine.fit(images, parse(DCN), Run(seed=5, checkpoints=Checkpoints(tmp_path)))
    with pytest.raises(CheckpointRefused):
        engine.fit(images[::-1], parse(DCN), Run(checkpoints=Checkpoints(tmp_path)))


def test_a_checkpoint_that_began_with_another_model_is_refused(images, tmp_path):
    spec, kept = parse(ADOPTING), Checkpoints(tmp_path / "checkpoints")
    for seed in (0, 1):
        (tmp_path / str(seed)).mkdir()
        engine.save(engine.fit(images, parse(AUTOENCODER), Run(seed=seed)), tmp_path / str(seed))
    engine.fit(images, spec, Run(initial_model=tmp_path / "0", checkpoints=kept))
    with pytest.raises(CheckpointRefused, match="initial model"):
        engine.fit(images, spec, Run(initial_model=tmp_path / "1", checkpoints=kept))


def test_the_random_state_of_the_caller_is_untouched(images, tmp_path, monkeypatch):
    monkeypatch.setattr(torch.cuda, "manual_seed_all", pytest.fail)
    before = torch.random.get_rng_state()
    engine.save(engine.fit(images, parse(AUTOENCODER)), tmp_path)
    engine.fit(images, parse(DCN), Run(initial_model=tmp_path))
    engine.predict(tmp_path, images)
    assert torch.equal(torch.random.get_rng_state(), before)


def test_progress_runs_from_nothing_to_the_end_over_all_stages(images):
    seen = []
    engine.fit(images, parse(DCN), Run(report=seen.append))
    progress = [message for message in seen if isinstance(message, Progress)]
    fractions = [message.fraction for message in progress]
    assert fractions[0] == 0 and fractions == sorted(fractions) and fractions[-1] == pytest.approx(1)
    assert {(p.stage, p.stage_index, p.epochs) for p in progress} == {("pretrain", 0, 3), ("cluster", 1, 4)}
    assert all(p.stages == 2 for p in progress)
    assert progress[-1].eta_s == pytest.approx(0, abs=1e-6)


def test_checkpoints_are_reported_at_the_end_of_each_stage(images, tmp_path):
    seen = []
    engine.fit(images, parse(DCN), Run(checkpoints=Checkpoints(tmp_path), report=seen.append))
    saved = [message for message in seen if isinstance(message, CheckpointSaved)]
    assert [(message.stage, message.epoch, message.step) for message in saved] == [
        ("pretrain", 3, 3),
        ("cluster", 4, 7),
    ]
    assert all(message.path.stat().st_size == message.size_bytes for message in saved)


def test_a_cancel_is_heard_within_the_first_epoch(images):
    with pytest.raises(Cancelled):
        engine.fit(images, parse(DCN), Run(stop=lambda: "cancel"))


@pytest.mark.parametrize("method", ["dcn", "kmeans"])
def test_a_saved_model_predicts_the_labels_of_its_fit(images, tmp_path, method):
    spec = DCN if method == "dcn" else {"method": "kmeans", "n_clusters": 3}
    result = engine.fit(images, parse(spec))
    engine.save(result, tmp_path)
    predicted = engine.predict(tmp_path, images)
    assert_array_equal(predicted.labels, result.clusterings[0].labels)
    assert_array_equal(predicted.embeddings, result.embeddings)


def test_a_saved_model_scales_new_samples_as_it_was_fitted(tmp_path):
    x = np.random.default_rng(0).normal(5, 3, (60, 6)).astype(np.float32)
    result = engine.fit(x, parse(AUTOENCODER))
    engine.save(result, tmp_path)
    np.testing.assert_allclose(
        engine.predict(tmp_path, x[:7]).embeddings, result.embeddings[:7], rtol=1e-4, atol=1e-5
    )


def test_a_saved_model_divides_new_bytes_by_the_largest_of_its_fit(tmp_path):
    x = np.random.default_rng(0).integers(0, 17, (60, 8, 8)).astype(np.uint8)
    x[0] //= 4
    result = engine.fit(x, parse(AUTOENCODER))
    engine.save(result, tmp_path)
    dark = engine.predict(tmp_path, x[:1]).embeddings
    np.testing.assert_allclose(dark, result.embeddings[:1], rtol=1e-4, atol=1e-5)


def test_a_saved_model_predicts_a_single_sample(images, tmp_path):
    result = engine.fit(images, parse(DCN))
    engine.save(result, tmp_path)
    assert engine.predict(tmp_path, images[5:6]).labels == result.clusterings[0].labels[5]


def test_a_model_of_another_format_is_refused(images, tmp_path):
    engine.save(engine.fit(images, parse(AUTOENCODER)), tmp_path)
    config = tmp_path / engine.MODEL_CONFIG
    config.write_text(config.read_text().replace('"format": 1', '"format": 2'))
    with pytest.raises(Unsupported, match="format 2; this version reads format 1"):
        engine.predict(tmp_path, images)


def test_samples_of_another_shape_are_refused_by_a_saved_model(images, tmp_path):
    engine.save(engine.fit(images, parse(AUTOENCODER)), tmp_path)
    with pytest.raises(InvalidData, match="fitted to"):
        engine.predict(tmp_path, images[:, :4])


def test_a_method_that_cannot_predict_is_not_saved(images, tmp_path):
    result = engine.fit(images, parse({"method": "agglomerative", "n_clusters": 3}))
    with pytest.raises(Unsupported):
        engine.save(result, tmp_path)


def test_a_fit_starts_from_a_trained_model_in_place_of_the_pretraining(images, tmp_path):
    pretrained = engine.fit(images, parse(AUTOENCODER))
    engine.save(pretrained, tmp_path)
    spec = parse(ADOPTING | {"epochs": 0})
    started = engine.fit(images, spec, Run(initial_model=tmp_path))
    assert_array_equal(started.embeddings, pretrained.embeddings)
    assert started.curves == []


def test_a_fit_from_a_trained_model_resumes_bit_for_bit(images, tmp_path):
    engine.save(engine.fit(images, parse(AUTOENCODER)), tmp_path)
    spec, kept = parse(ADOPTING), Checkpoints(tmp_path / "checkpoints")
    whole = engine.fit(images, spec, Run(initial_model=tmp_path))
    with pytest.raises(Drained):
        engine.fit(images, spec, Run(initial_model=tmp_path, checkpoints=kept, **stopping_after(2, "drain")))
    resumed = engine.fit(images, spec, Run(initial_model=tmp_path, checkpoints=kept))
    assert_array_equal(resumed.embeddings, whole.embeddings)
    assert [metrics.stage for metrics in resumed.curves] == ["cluster"] * 4


def test_a_trained_model_with_another_network_is_refused(images, tmp_path):
    engine.save(engine.fit(images, parse(AUTOENCODER)), tmp_path)
    with pytest.raises(InvalidData, match="initial model"):
        engine.fit(images, parse(DCN | {"embedding_dim": 5}), Run(initial_model=tmp_path))
    with pytest.raises(InvalidData, match="k-means starts from no trained model"):
        engine.fit(images, parse({"method": "kmeans", "n_clusters": 2}), Run(initial_model=tmp_path))


def test_a_spec_that_names_a_model_is_not_fitted_without_it(images):
    with pytest.raises(InvalidData, match="mdl_1"):
        engine.fit(images, parse(ADOPTING))


def test_a_pretraining_starts_from_no_model(images, tmp_path):
    engine.save(engine.fit(images, parse(AUTOENCODER)), tmp_path)
    with pytest.raises(InvalidData, match="starts from no trained model"):
        engine.fit(images, parse(AUTOENCODER), Run(initial_model=tmp_path))


def test_decoded_embeddings_have_the_units_and_layout_of_the_data(images):
    result = engine.fit(images, parse(AUTOENCODER | {"epochs": 60, "lr": 0.01}))
    decoded = result.decode(result.embeddings)
    assert decoded.shape == images.shape and decoded.dtype == np.float32
    assert np.abs(decoded - images).mean() < 0.6 * np.abs(images - images.mean(axis=0)).mean()


def test_params_that_do_not_fit_the_data_are_refused(images):
    with pytest.raises(InvalidData, match="clusters"):
        engine.fit(images, parse(DCN | {"n_clusters": 91}))


@pytest.mark.parametrize("method", ["ae_kmeans", "dcn", "dec", "idec"])
def test_a_pretraining_that_leaves_the_finite_numbers_has_diverged(images, monkeypatch, method):
    spoil = lambda _run, net, _data, _recipe: net.encoder[-1].weight.data.fill_(np.nan)  # noqa: E731
    monkeypatch.setattr("clustering.stages.pretraining.reconstruct", spoil)
    with pytest.raises(Diverged):
        engine.fit(images, parse({"method": method, "n_clusters": 3, "net": NET}))


def test_a_run_can_be_used_again(images):
    run = Run()
    assert_array_equal(
        engine.fit(images, parse(DCN), run).embeddings, engine.fit(images, parse(DCN), run).embeddings
    )


def test_streamed_samples_give_the_result_of_resident_ones(images, tmp_path):
    np.save(tmp_path / "x.npy", images)
    mapped = np.load(tmp_path / "x.npy", mmap_mode="r")
    streamed = engine.fit(mapped, parse(DCN), replace(Run(), memory_budget_bytes=1))
    assert_array_equal(streamed.embeddings, engine.fit(images, parse(DCN)).embeddings)


def test_bfloat16_comes_near_float32(images):
    losses = [
        engine.fit(images, parse(AUTOENCODER | {"precision": precision, "epochs": 20}))
        .curves[-1]
        .values["loss"]
        for precision in ("float32", "bfloat16")
    ]
    assert losses[1] == pytest.approx(losses[0], rel=0.1)
