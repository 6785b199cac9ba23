"""What experiments take: counts against PyTorch's own, hours against those that were timed."""

import pytest
import torch
from torch.autograd.graph import saved_tensors_hooks

from clustering.nets.plain import Plain
from clustering.nets.resnet import Trunk
from clustering.params import parse
from clustering.params.nets import PlainTrunk, ResidualTrunk
from clustering.presets import PRESETS
from clustering.presets.needs import needs
from clustering.presets.work import of_layers, of_trunk

FAMILIES = ("cc", "iic", "pica", "divclust", "deepclue", "propos", "digpro")
COUNTED = {
    name: preset
    for name, preset in PRESETS.items()
    if preset.family in FAMILIES and not preset.name.startswith("divclust/cc-20x-")
}
NETS = {
    "large": (ResidualTrunk(depth=34, width=8, stem="large"), (3, 45, 45)),
    "small": (ResidualTrunk(depth=18, width=8, stem="small"), (3, 32, 32)),
    "pooled": (ResidualTrunk(depth=10, width=8, stem="pooled"), (2, 31, 31)),
    "bottlenecks": (ResidualTrunk(depth=50, width=8, stem="large"), (3, 45, 45)),
    "plain": (PlainTrunk(channels=(8, 16, 32), kernel=5), (1, 25, 25)),
}


def trunk(net, shape):
    if net.type == "plain":
        return Plain(shape, net)
    return Trunk(shape[0], depth=net.depth, width=net.width, stem=net.stem)


@pytest.mark.parametrize(("net", "shape"), NETS.values(), ids=NETS)
def test_products_and_weights_are_those_of_the_network_built(net, shape):
    told, width = of_trunk(net, shape)
    built, counted = trunk(net, shape), []

    def count(layer, _, out):
        counted.append(layer.weight.numel() * out[0, 0].numel())

    for layer in built.modules():
        if isinstance(layer, torch.nn.Conv2d):
            layer.register_forward_hook(count)
    built(torch.rand(2, *shape))
    assert told.products == sum(counted)
    assert told.weights == sum(weight.numel() for weight in built.parameters())
    assert width == built.width


@pytest.mark.parametrize(("net", "shape"), NETS.values(), ids=NETS)
def test_what_waits_for_the_backward_pass_is_what_pytorch_saves(net, shape):
    built, saved = trunk(net, shape).train(), {}

    def keep(tensor):
        saved[tensor.untyped_storage().data_ptr()] = tensor
        return tensor

    views = torch.rand(16, *shape).contiguous(memory_format=torch.channels_last)
    with saved_tensors_hooks(keep, lambda tensor: tensor):
        built(views).sum()
    own = {each.untyped_storage().data_ptr() for each in [*built.parameters(), *built.buffers(), views]}
    bytes_ = sum(tensor.untyped_storage().nbytes() for pointer, tensor in saved.items() if pointer not in own)
    assert 16 * 4 * of_trunk(net, shape)[0].kept == pytest.approx(bytes_, rel=0.01)


def test_linear_layers_are_counted():
    told = of_layers([10, 20, 5])
    assert (told.products, told.weights) == (10 * 20 + 20 * 5, 11 * 20 + 21 * 5)


@pytest.mark.parametrize(("side", "epochs", "hours"), [(224, 1000, 39.1), (32, 10, 141 / 3600)])
def test_the_rule_gives_back_what_was_timed(side, epochs, hours):
    params = parse({"method": "cc", "n_clusters": 20, "input_size": side, "epochs": epochs})
    assert needs(params, 60_000, (32, 32, 3), None).gpu_hours == pytest.approx(hours)


def test_the_preset_of_the_short_training_is_the_one_that_was_timed():
    timed = PRESETS["cc/cifar100-20-timed"]
    estimated = needs(timed.params, timed.dataset.n, timed.dataset.shape, None)
    assert estimated.gpu_hours == pytest.approx(timed.needs.gpu_hours)


def test_more_work_takes_longer_and_larger_batches_more_memory():
    def told(n=4_096, **fields):
        return needs(parse({"method": "pica", "n_clusters": 10, **fields}), n, (32, 32, 3), None)

    usual = told()
    assert told(epochs=400).gpu_hours == pytest.approx(2 * usual.gpu_hours)
    assert told(passes=3).gpu_hours == pytest.approx(2 * usual.gpu_hours)
    assert told(repeats=7).gpu_hours == pytest.approx(2 * usual.gpu_hours)
    assert 1.8 < told(batch_size=512).memory_gib / usual.memory_gib < 2
    assert told(n=4_096 + 127).memory_gib > 1.4 * usual.memory_gib


def test_every_experiment_says_what_it_needs_and_a_small_one_needs_little():
    assert {name for name, preset in COUNTED.items() if preset.needs is None} == set()
    needed = {name: preset.needs for name, preset in COUNTED.items()}
    for name, told in needed.items():
        if name.endswith("-small"):
            full = needed[name.removesuffix("-small")]
            assert told.memory_gib < min(1, full.memory_gib)
            assert told.gpu_hours < min(0.1, full.gpu_hours)
            assert "estimate" in told.hours_from


def test_hours_of_a_paper_stand_with_their_table_and_all_others_are_called_an_estimate():
    hours = {
        name: told.gpu_hours
        for name, preset in COUNTED.items()
        if "estimate" not in (told := preset.needs).hours_from
    }
    assert all("table" in COUNTED[name].needs.hours_from for name in hours)
    assert hours == {
        "cc/cifar100-20": 39.1,
        "divclust/cc-cifar100-20-100": 40.5,
        "cc/cifar100-20-timed": 141 / 3600,
        "divclust/cc-cifar100-20-100-timed": 161 / 3600,
        "divclust/cc-cifar100-20-90-timed": 209 / 3600,
        "divclust/cc-cifar100-20-90-timed-every-200": 166 / 3600,
        **{
            f"divclust/{name}-{target}": taken
            for target in (95, 90, 80, 70)
            for name, taken in {
                "cc-cifar10": 44,
                "cc-cifar100-20": 44.5,
                "cc-imagenet-10": 14,
                "cc-imagenet-dogs": 22,
                "iic-cifar10": 21,
                "pica-cifar10": 6.5,
            }.items()
        },
    }


def test_of_methods_whose_work_is_not_counted_nothing_is_said():
    assert PRESETS["brb/dcn-cifar10"].needs is None
