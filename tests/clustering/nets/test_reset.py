import math
from copy import deepcopy

import pytest
import torch
from torch import nn

from clustering.nets import network
from clustering.nets.reset import reset
from clustering.params import parse
from clustering.params.brb import BRBParams

MLP = {"type": "mlp", "hidden": [16, 8]}
CONV = {"type": "conv", "channels": [4, 4, 8, 8, 8]}
RESNET = {"type": "resnet", "width": 4, "hidden": [8, 6], "projector": [8, 4]}
BOTTLENECKS = RESNET | {"depth": 50}
SHAPES = {"mlp": (1, 4, 4), "conv": (1, 16, 16), "resnet": (3, 8, 8)}


def fresh(net):
    torch.manual_seed(0)
    params = parse({"method": "dcn", "n_clusters": 3, "embedding_dim": 2, "net": net})
    return network(SHAPES[net["type"]], params)


def after(net, seed=1, **brb):
    changed = deepcopy(net)
    reset(changed, BRBParams(**brb), torch.Generator().manual_seed(seed))
    return changed


def kept(net, brb):
    """Share of its weights that each parameter keeps, seen from the outside: the rule is linear in them."""
    larger = deepcopy(net)
    with torch.no_grad():
        for weight in larger.parameters():
            weight.add_(1)
    pairs = zip(after(larger, **brb).named_parameters(), after(net, **brb).parameters(), strict=True)
    return {name: round((more - less).mean().item(), 4) for (name, more), less in pairs}


def reached(net, **brb):
    return {name for name, share in kept(net, brb).items() if share < 1}


@pytest.mark.parametrize("net", [MLP, CONV, RESNET], ids=["mlp", "conv", "resnet"])
@pytest.mark.parametrize("perturbation", ["soft_reset", "no_contraction", "gaussian"])
def test_an_alpha_of_one_leaves_every_bit(net, perturbation):
    before = fresh(net)
    for name, weight in after(before, alpha=1, perturbation=perturbation).state_dict().items():
        assert torch.equal(weight, before.state_dict()[name]), name


def test_an_alpha_of_zero_leaves_nothing_of_the_layers_that_it_reaches():
    one, other = fresh(MLP), fresh(MLP)
    nn.init.constant_(other.encoder[1].weight, 7.0)
    one, other = after(one, alpha=0), after(other, alpha=0)
    assert torch.equal(one.encoder[1].weight, other.encoder[1].weight)
    assert not torch.equal(one.encoder[1].weight, after(fresh(MLP), seed=2, alpha=0).encoder[1].weight)


def test_of_a_feed_forward_net_all_hidden_layers_are_reset_and_neither_embedding_nor_decoder():
    assert kept(fresh(MLP), {"alpha": 0.75}) == {
        name: 0.75 if name.startswith(("encoder.1.", "encoder.3.")) else 1.0
        for name in dict(fresh(MLP).named_parameters())
    }
    assert reached(fresh(MLP), reset_embedding=True) - reached(fresh(MLP)) == {
        "encoder.5.weight",
        "encoder.5.bias",
    }


@pytest.mark.parametrize(
    ("alpha", "step", "shares"),
    [(0.7, 0.2, [0.9, 1, 1, 1]), (0.8, 0.1, [0.9, 1, 1, 1]), (0.5, 0.125, [0.625, 0.75, 0.875, 1])],
)
@pytest.mark.parametrize("net", [CONV, RESNET, BOTTLENECKS], ids=["conv", "resnet", "bottlenecks"])
def test_deeper_blocks_keep_less(net, alpha, step, shares):
    net = fresh(net)
    found = kept(net, {"alpha": alpha, "block_step": step})
    names = {id(weight): name for name, weight in net.named_parameters()}
    convolutions = [
        {found[names[id(m.weight)]] for m in block.modules() if isinstance(m, nn.Conv2d)}
        for block in net.blocks
    ]
    assert convolutions == [{share} for share in shares]


def test_stem_embedding_and_decoder_of_a_convolutional_net_stay():
    net = fresh(CONV)
    inside = {name for name in reached(net, alpha=0) if not name.startswith("encoder.")}
    assert inside == set()
    assert {"encoder.0.weight", "encoder.8.weight", "encoder.8.bias"}.isdisjoint(reached(net, alpha=0))


def test_of_a_contrastive_net_the_projector_is_reset_unless_told_otherwise():
    net = fresh(RESNET)
    projector = {name for name, _ in net.named_parameters() if name.startswith("projector.")}
    assert projector <= reached(net)
    assert reached(net) - reached(net, reset_projector=False) == projector


@pytest.mark.parametrize("net", [CONV, RESNET], ids=["conv", "resnet"])
def test_batch_norms_are_reset_only_if_asked_and_their_statistics_never(net):
    net = fresh(net)
    with torch.no_grad():
        for layer in net.modules():
            if isinstance(layer, nn.BatchNorm1d | nn.BatchNorm2d):
                layer.weight.fill_(3.0)
                layer.bias.fill_(5.0)
                layer.running_mean.fill_(7.0)
    norms = {name for name, weight in net.named_parameters() if bool((weight == 3.0).all())}
    assert norms.isdisjoint(reached(net, alpha=0.5))
    changed = after(net, alpha=0.5, block_step=0.25, reset_batchnorm=True)
    norm = next(m for m in changed.blocks[0].modules() if isinstance(m, nn.BatchNorm2d))
    torch.testing.assert_close(norm.weight, torch.full_like(norm.weight, 0.75 * 3 + 0.25 * 1))
    torch.testing.assert_close(norm.bias, torch.full_like(norm.bias, 0.75 * 5))
    for name, value in changed.named_buffers():
        assert torch.equal(value, dict(net.named_buffers())[name]), name


def test_frozen_weights_stay():
    net = fresh(MLP)
    net.encoder[1].weight.requires_grad_(False)
    changed = after(net, alpha=0)
    assert torch.equal(changed.encoder[1].weight, net.encoder[1].weight)
    assert not torch.equal(changed.encoder[1].bias, net.encoder[1].bias)


@pytest.mark.parametrize(("initialization", "gain"), [("kaiming", 6), ("torch_default", 1)])
def test_fresh_weights_fill_the_range_of_their_initialization(initialization, gain):
    wide = fresh({"type": "mlp", "hidden": [2000]})
    layer = after(wide, alpha=0, initialization=initialization).encoder[1]
    for weight, bound in ((layer.weight, math.sqrt(gain / 16)), (layer.bias, 1 / 4)):
        assert 0.99 * bound < weight.abs().max().item() <= bound
        assert weight.mean().abs().item() < 0.03 * bound


def test_a_convolution_counts_all_places_of_its_kernel_as_inputs():
    block = after(fresh(CONV), alpha=0, block_step=0).blocks[0]
    bound = math.sqrt(6 / (8 * 3 * 3))
    assert 0.95 * bound < block.body[0].weight.abs().max().item() <= bound


def test_torchs_default_is_where_torchs_layers_start():
    bound = 1 / math.sqrt(1000)
    layer = nn.Linear(1000, 500)
    net = fresh({"type": "mlp", "hidden": [1000, 500]})
    ours = after(net, alpha=0, initialization="torch_default").encoder[3]
    for theirs, weight in ((layer.weight, ours.weight), (layer.bias, ours.bias)):
        torch.testing.assert_close(theirs.std(), weight.std(), rtol=0.1, atol=0)
        assert weight.abs().max().item() <= bound


def test_without_contraction_fresh_weights_are_added_to_whole_ones():
    net = fresh(MLP)
    phi = after(net, alpha=0).encoder[1].weight
    changed = after(net, alpha=0.75, perturbation="no_contraction").encoder[1].weight
    torch.testing.assert_close(changed, net.encoder[1].weight + phi / 4)


def test_gaussian_noise_has_the_mean_and_the_deviation_of_the_weights():
    net = fresh({"type": "mlp", "hidden": [2000]})
    with torch.no_grad():
        net.encoder[1].weight.mul_(3).add_(5)
    changed = after(net, alpha=0, perturbation="gaussian").encoder[1].weight
    torch.testing.assert_close(changed.mean(), net.encoder[1].weight.mean(), rtol=0.01, atol=0)
    torch.testing.assert_close(changed.std(), net.encoder[1].weight.std(), rtol=0.03, atol=0)
    assert changed.max() > net.encoder[1].weight.max()


def test_the_draw_is_the_generators_alone():
    net = fresh(MLP)
    first = after(net)
    torch.manual_seed(99)
    second, other = after(net), after(net, seed=2)
    state = torch.get_rng_state()
    after(net)
    assert torch.equal(state, torch.get_rng_state())
    assert torch.equal(first.encoder[1].weight, second.encoder[1].weight)
    assert not torch.equal(first.encoder[1].weight, other.encoder[1].weight)
