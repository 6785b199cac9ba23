import pytest
import torch

from clustering.augment import augmenter
from clustering.data import Batch, Data
from clustering.nets import network
from clustering.params import parse
from clustering.params.augment import AffineAugment
from clustering.params.training import AdamOptimizer, Schedule
from clustering.run import Run
from clustering.stages.pretraining import Recipe, contrast, pretrain, reconstruct, stacked

IDEC = {"method": "idec", "n_clusters": 3, "embedding_dim": 2, "net": {"type": "mlp", "hidden": [8]}}

HEAD, PROJECTOR = (lambda net: net.encoder[1].weight), (lambda net: net.projector[0].weight)


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


def residual(**changes):
    net = {"type": "resnet", "width": 4, "hidden": [8], "projector": [8, 4]}
    spec = {"net": net, "augment": {"type": "affine"}, "batch_size": 16, "pretrain_epochs": 1} | changes
    torch.manual_seed(0)
    return network((1, 8, 8), parse(IDEC | spec)), parse(IDEC | spec)


def patterns(n=32):
    return torch.rand(n, 8, 8, generator=torch.Generator().manual_seed(0)).numpy()


def trained(**changes):
    net, params = residual(**changes)
    pretrain(Run(), net, Data.of(patterns()), params)
    return net


def test_contrast_teaches_a_net_which_views_belong_together():
    data, (net, _) = Data.of(patterns()), residual()
    view = augmenter(AffineAugment(degrees=2, translate=0, shear=0))
    recipe = Recipe(12, 1e-2, 16, 500.0, view, AdamOptimizer(), Schedule())
    run = Run()
    contrast(run, net, data, recipe, temperature=0.5)
    losses = [point.values["loss"] for point in run.journal.curves]
    assert {point.stage for point in run.journal.curves} == {"pretrain"}
    assert losses[0] > losses[-1] + 0.3


def test_a_contrastive_net_always_sees_views():
    asked, not_asked = (trained(pretrain_augment=each).encoder[-1].weight for each in (True, False))
    assert torch.equal(asked, not_asked)


@pytest.mark.parametrize(
    "change",
    [
        {"temperature": 0.1},
        {"pretrain_optimizer": {"type": "sgd"}},
        {"pretrain_schedule": {"warmup_epochs": 3}},
        {"pretrain_lr": 0.01},
        {"clip_norm": 1e-6, "pretrain_optimizer": {"type": "sgd"}},
    ],
)
def test_the_params_of_a_pretraining_are_followed(change):
    assert not torch.equal(trained().encoder[-1].weight, trained(**change).encoder[-1].weight)


def test_weights_of_the_projector_never_decay():
    decay = {"pretrain_optimizer": {"type": "adamw", "weight_decay": 1.0}, "pretrain_lr": 0.1}
    nets = [trained(**decay, clip_norm=1e-30, temperature=100.0), residual()[0]]
    encoders, projectors = ([part(net).norm().item() for net in nets] for part in (HEAD, PROJECTOR))
    assert encoders[0] < 0.95 * encoders[1]
    assert projectors[0] == pytest.approx(projectors[1], rel=1e-3)


def test_two_views_are_stacked_for_a_contrast_and_drawn_anew():
    drawn = iter([torch.ones(2, 3), 2 * torch.ones(2, 3)])
    batch = Batch(torch.arange(2), torch.zeros(2, 3), lambda: next(drawn))
    assert stacked(batch, lambda x, _: x, both=True)[:, 0].tolist() == [1, 1, 2, 2]


def test_clean_samples_come_first_in_a_stack_of_views():
    batch = Batch(torch.arange(2), torch.zeros(2, 3), lambda: torch.ones(2, 3))
    assert stacked(batch, None) is batch.x
    torch.testing.assert_close(
        stacked(batch, lambda x, _: x), torch.tensor([[0.0] * 3] * 2 + [[1.0] * 3] * 2)
    )
