import torch

from clustering import engine
from clustering.losses.imbalance import imbalance
from clustering.losses.partition_uncertainty import partition_uncertainty
from clustering.methods import build
from clustering.metrics.agreement import accuracy
from clustering.params import parse
from clustering.run import Run
from tests.clustering.methods.test_cc import NEARLY, kinds
from tests.clustering.methods.tiny import tiny


def test_the_defaults_are_the_recipe_of_the_paper():
    p = parse({"method": "pica", "n_clusters": 10})
    assert (p.net.depth, p.sobel, p.over_clusters, p.passes, p.over_passes) == (34, "edges", 70, 1, 1)
    assert (p.batch_size, p.repeats, p.lr, p.epochs, p.balance_weight) == (256, 3, 1e-4, 200, 2)
    assert (p.anchor.sides, p.augment.min_area, p.augment.jitter, p.augment.hue) == ((25.6,), 0.2, 1, 0.4)
    assert (p.scale, p.optimizer.weight_decay) == ("standard", 0)


def test_patterns_are_found():
    x, y = kinds()
    net = {"type": "plain", "channels": [8, 16], "kernel": 3}
    spec = {"n_clusters": 3, "epochs": 25, "lr": 3e-3, "augment": NEARLY, "batch_size": 20, "anchor": None}
    result = engine.fit(x, tiny("pica", **spec, net=net, over_clusters=6), Run(seed=1))
    assert accuracy(y, result.clusterings[0].labels.numpy()) > 0.95


def test_the_criterion_weighs_sizes_of_the_samples_clusters():
    method = build(tiny("pica", balance_weight=3.0), (1, 8, 8))
    p, q = (torch.randn(1, 12, 2, generator=torch.Generator().manual_seed(s)).softmax(2) for s in (0, 1))
    expected = partition_uncertainty(p, q) + 3 * imbalance(p)
    torch.testing.assert_close(method.criterion(p, q), expected)


def test_one_auxiliary_head_has_its_turn_first():
    method = build(tiny("pica"), (1, 8, 8))
    assert method.turns() == [method.over, method.heads]
    assert (method.over.count, method.heads.count) == (1, 1)
