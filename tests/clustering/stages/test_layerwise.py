import pytest
import torch

from clustering import engine
from clustering.checkpoint import Checkpoints
from clustering.data import Data
from clustering.errors import Drained, InvalidData
from clustering.nets import network
from clustering.params import parse, problems
from clustering.run import Metrics, Run
from clustering.stages.layerwise import corrupted, outermost
from clustering.stages.pretraining import pretrain
from tests.clustering.methods.tiny import assert_same, images

SPEC = {
    "method": "ae_kmeans",
    "n_clusters": 2,
    "embedding_dim": 2,
    "net": {"type": "mlp", "hidden": [8, 6]},
    "batch_size": 16,
    "pretrain_epochs": 2,
    "layerwise": {"epochs": 2, "lr": 0.01},
}


def samples():
    return torch.randn(40, 5, generator=torch.Generator().manual_seed(0)).numpy()


def fresh(**changes):
    params = parse(SPEC | changes)
    torch.manual_seed(0)
    return network((5,), params), params


def watched(net):
    """A report that keeps which linear layers have moved since the stage before."""
    before = {name: tensor.clone() for name, tensor in net.named_parameters()}
    moved = {}

    def report(message):
        if isinstance(message, Metrics):
            now = dict(net.named_parameters())
            changed = {name for name, tensor in now.items() if not torch.equal(tensor, before[name])}
            moved[message.stage] = moved.get(message.stage, set()) | {
                name.rsplit(".", 1)[0] for name in changed
            }
            before.update({name: tensor.clone() for name, tensor in now.items()})

    return report, moved


def test_a_layers_stage_touches_only_the_layers_up_to_it_and_their_decoders():
    net, params = fresh()
    report, moved = watched(net)
    pretrain(Run(report=report), net, Data.of(samples()), params)
    encoder, decoder = ["encoder.1", "encoder.3", "encoder.5"], ["decoder.4", "decoder.2", "decoder.0"]
    for depth in (1, 2, 3):
        assert moved[f"layer {depth}"] == {*encoder[:depth], *decoder[:depth]}
    assert list(moved) == ["layer 1", "layer 2", "layer 3", "pretrain"]


def test_the_embedding_is_never_dropped_and_all_hidden_activations_are():
    net, _ = fresh()
    for depth, dropped in ((1, 1), (2, 3), (3, 4)):
        part = list(outermost(net, depth, 0.2))
        after = [
            type(part[i - 1]).__name__ for i, layer in enumerate(part) if isinstance(layer, torch.nn.Dropout)
        ]
        assert after == ["ReLU"] * dropped


def test_all_layers_without_dropout_are_the_autoencoder():
    net, _ = fresh()
    x = torch.randn(3, 5)
    torch.testing.assert_close(outermost(net, 3, 0.0)(x), net(x))


def test_a_share_of_the_values_is_set_to_0_and_the_rest_stays():
    x = torch.ones(200, 50)
    out = corrupted(x, 0.2, torch.Generator().manual_seed(0))
    assert set(out.unique().tolist()) == {0.0, 1.0}
    assert float(out.mean()) == pytest.approx(0.8, abs=0.02)


def test_a_fit_names_and_counts_a_stage_for_each_layer():
    result = engine.fit(samples(), parse(SPEC))
    assert result.method.stages() == {"layer 1": 2, "layer 2": 2, "layer 3": 2, "pretrain": 2}
    assert [point.stage for point in result.curves] == [
        s for s, n in result.method.stages().items() for _ in "ab"
    ]
    assert [point.step for point in result.curves] == list(range(1, 9))


def test_a_kill_between_layers_resumes_to_the_same_embedding(tmp_path):
    whole = engine.fit(samples(), parse(SPEC))
    for after in (1, 2, 3, 5):
        seen, folder = [], tmp_path / str(after)

        def stop(seen=seen, after=after):
            return "drain" if len([each for each in seen if isinstance(each, Metrics)]) >= after else None

        with pytest.raises(Drained):
            engine.fit(
                samples(), parse(SPEC), Run(report=seen.append, stop=stop, checkpoints=Checkpoints(folder))
            )
        assert_same(engine.fit(samples(), parse(SPEC), Run(checkpoints=Checkpoints(folder))), whole)


def test_images_are_trained_layer_by_layer_too():
    result = engine.fit(images(), parse(SPEC))
    assert result.embeddings.isfinite().all()


def test_a_trained_model_takes_the_place_of_the_layers(tmp_path):
    engine.save(engine.fit(samples(), parse(SPEC)), tmp_path)
    own = ("pretrain_epochs", "layerwise")
    spec = {name: value for name, value in SPEC.items() if name not in own} | {"initial_model": "mdl_1"}
    result = engine.fit(samples(), parse(spec), Run(initial_model=tmp_path))
    assert result.curves == []


def test_only_a_feed_forward_net_is_trained_layer_by_layer():
    params = parse(SPEC | {"net": {"type": "conv", "channels": [4, 8]}})
    (found,) = problems(params, kind="images", shape=(8, 8, 1), n=40)
    assert (found.field, found.accepted) == ("/layerwise", {"enum": [None]})
    with pytest.raises(InvalidData, match="layer by layer"):
        engine.fit(images(), params)
