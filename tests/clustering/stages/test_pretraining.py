import torch

from clustering.data import Batch, Data
from clustering.nets import network
from clustering.params import parse
from clustering.params.training import AdamOptimizer, Schedule
from clustering.run import Run
from clustering.stages.pretraining import Recipe, pretrain, reconstruct, stacked

IDEC = {"method": "idec", "n_clusters": 3, "embedding_dim": 2, "net": {"type": "mlp", "hidden": [8]}}


def samples(n=40, d=5):
    return torch.randn(n, d, generator=torch.Generator().manual_seed(0)).numpy()


def error(net, data):
    (x,) = data.blocks(data.n)
    return (net(x) - x).square().mean().item()


def test_reconstruction_lowers_the_error():
    data, net = Data.of(samples()), network((5,), parse(IDEC))
    before = error(net, data)
    reconstruct(Run(), net, data, Recipe(30, 1e-2, 16, 500.0, None, AdamOptimizer(), Schedule()))
    assert error(net, data) < 0.8 * before


def test_views_are_reconstructed_beside_the_clean_samples_only_where_asked_for():
    images = torch.rand(20, 8, 8, generator=torch.Generator().manual_seed(0)).numpy()
    augmented, trained = IDEC | {"augment": {"type": "affine"}, "pretrain_epochs": 2}, {}
    for asked in (False, True):
        params = parse(augmented | {"pretrain_augment": asked})
        torch.manual_seed(0)
        net = network((1, 8, 8), params)
        pretrain(Run(), net, Data.of(images), params)
        trained[asked] = net.encoder[1].weight
    assert not torch.equal(trained[False], trained[True])


def test_clean_samples_come_first_in_a_stack_of_views():
    batch = Batch(torch.arange(2), torch.zeros(2, 3), lambda: torch.ones(2, 3))
    assert stacked(batch, None) is batch.x
    torch.testing.assert_close(
        stacked(batch, lambda x, _: x), torch.tensor([[0.0] * 3] * 2 + [[1.0] * 3] * 2)
    )
