import pytest
import torch

from clustering import engine
from clustering.data import Data
from clustering.methods import build
from clustering.metrics.agreement import accuracy
from clustering.params import parse
from clustering.run import Run
from tests.clustering.methods.test_cc import NEARLY, kinds
from tests.clustering.methods.tiny import images, tiny


def batch(method, n=40):
    return next(Data.of(images(n)).batches(n, torch.Generator().manual_seed(0), method.view()))


def test_the_defaults_are_the_recipe_of_the_paper():
    p = parse({"method": "iic", "n_clusters": 10})
    assert (p.net.depth, p.net.stem, p.sobel, p.sub_heads, p.over_clusters) == (34, "pooled", "edges", 5, 70)
    assert (p.batch_size * p.repeats, p.repeats, p.over_passes, p.passes) == (660, 3, 1, 2)
    assert (p.lr, p.epochs, p.optimizer.type, p.marginal_weight) == (1e-4, 2000, "adam", 1)
    assert (p.anchor.sides, p.augment.sides, p.augment.flip, p.augment.hue) == ((20,), (20,), 0.5, 0.125)


def test_patterns_are_found():
    x, y = kinds()
    net = {"type": "plain", "channels": [8, 16], "kernel": 3}
    spec = {"n_clusters": 3, "epochs": 25, "lr": 3e-3, "augment": NEARLY, "batch_size": 20, "anchor": None}
    result = engine.fit(x, tiny("iic", **spec, net=net, over_clusters=6), Run(seed=1))
    assert accuracy(y, result.clusterings[0].labels.numpy()) > 0.95


def test_the_sub_head_of_lowest_loss_comes_first_and_the_others_follow():
    result = engine.fit(images(), tiny("iic", sub_heads=3))
    method, table = result.method, result.extras["heads"].columns
    order = method.losses.argsort().tolist()
    assert [each.name for each in result.clusterings] == [f"head {head + 1}" for head in order]
    assert torch.equal(result.clusterings[0].labels, method.label(result.embeddings))
    assert table["loss"] == method.losses.tolist()
    assert table["head"] == ["head 1", "head 2", "head 3"]
    assert all(0.5 <= value <= 1 for value in table["confidence"])


def test_heads_have_their_turns_one_kind_after_the_other():
    method = build(tiny("iic", over_passes=2, passes=3), (1, 8, 8))
    assert method.turns() == [method.over] * 2 + [method.heads] * 3
    assert (method.over.count, method.heads.count) == (2, 2)
    alone = build(tiny("iic", over_clusters=None), (1, 8, 8))
    assert alone.turns() == [alone.heads]


def test_each_turn_moves_its_own_heads_alone():
    method = build(tiny("iic"), (1, 8, 8))
    method.compare(batch(method), method.over).each.mean().backward()
    assert method.over.first.weight.grad.abs().max() > 0
    assert method.heads.first.weight.grad is None


def test_samples_are_compared_with_each_of_their_perturbations():
    method, seen = build(tiny("iic", repeats=3), (1, 8, 8)), []
    method.features.register_forward_hook(lambda module, inputs, _: seen.append(len(inputs[0])))
    compared = method.compare(batch(method), method.heads)
    assert seen == [40, 120]
    assert compared.soft.shape == (2, 40, 2)
    assert compared.each.shape == (2,)


def test_at_rest_a_sample_is_seen_through_the_window_in_its_middle():
    method = build(tiny("iic", anchor={"type": "window", "sides": [4]}, sobel="off"), (1, 8, 8)).eval()
    x = torch.rand(2, 1, 8, 8)
    framed = x.clone()
    framed[..., 0, :] = 0
    assert torch.equal(method.embed(x), method.embed(framed))
    whole = build(tiny("iic", anchor=None, sobel="off"), (1, 8, 8)).eval()
    assert not torch.equal(whole.embed(x), whole.embed(framed))


def test_progress_of_an_epoch_covers_all_its_passes():
    heard = []
    engine.fit(
        images(), tiny("iic", epochs=1, over_passes=2, passes=2, batch_size=40), Run(report=heard.append)
    )
    fractions = [message.fraction for message in heard if hasattr(message, "fraction")]
    assert fractions == pytest.approx([0, 0.25, 0.5, 0.75, 1])
