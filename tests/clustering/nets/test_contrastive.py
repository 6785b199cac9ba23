import pytest
import torch
from torch import nn

from clustering.nets import Autoencoder, Contrastive, network
from clustering.nets.contrastive import bootstrapped
from clustering.params import parse

RESNET = {"type": "resnet", "width": 4, "hidden": [12, 8], "projector": [16, 6]}


def net(shape=(3, 8, 8), precision="float32", width=5, **changes):
    spec = {"method": "simclr", "embedding_dim": width, "precision": precision, "net": RESNET | changes}
    torch.manual_seed(0)
    return network(shape, parse(spec))


def widths(module):
    return [(m.in_features, m.out_features) for m in module.modules() if isinstance(m, nn.Linear)]


def test_params_decide_which_network_is_built():
    assert isinstance(net(), Contrastive)
    dec = {"method": "dec", "n_clusters": 2, "net": RESNET}
    assert isinstance(network((1, 8, 8), parse(dec)), Contrastive)
    assert isinstance(network((1, 8, 8), parse({"method": "dec", "n_clusters": 2})), Autoencoder)


@pytest.mark.parametrize("shape", [(1, 8, 8), (3, 9, 11)])
def test_images_are_embedded_and_projected(shape):
    x, built = torch.rand(4, *shape), net(shape)
    assert built.encode(x).shape == (4, 5)
    assert built.eval()(x).shape == (4, 6)
    torch.testing.assert_close(built(x), built.project(built.encode(x)))


def test_head_and_projector_have_the_widths_asked_for():
    built = net()
    assert widths(built.encoder) == [(32, 12), (12, 8), (8, 5)]
    assert widths(built.projector) == [(5, 16), (16, 6)]
    assert widths(net(hidden=[]).encoder) == [(32, 5)]


def test_batch_norm_stands_behind_hidden_layers_and_the_embedding_is_linear():
    _, *head = net().encoder
    kinds = [nn.Linear, nn.BatchNorm1d, nn.ReLU]
    assert [type(layer) for layer in head] == [*kinds, *kinds, nn.Linear]
    assert [type(layer) for layer in net().projector] == [nn.Linear, nn.ReLU, nn.Linear]


def test_only_the_projector_of_a_bootstrapped_net_has_batch_norm():
    params = parse({"method": "byol", "embedding_dim": 5, "net": RESNET})
    built = bootstrapped((3, 8, 8), params.net, params)
    assert [type(layer) for layer in built.projector] == [nn.Linear, nn.BatchNorm1d, nn.ReLU, nn.Linear]
    assert (Contrastive.kept, built.kept) == (("encoder", "projector"), ("encoder",))


def test_stages_are_listed_from_the_deepest_on():
    built = net()
    assert [stage[0].body[0].out_channels for stage in built.blocks] == [32, 16, 8, 4]


def test_an_autoencoder_lists_its_residual_blocks_if_it_has_any():
    mlp, conv = (
        network((1, 8, 8), parse({"method": "autoencoder", "net": spec}))
        for spec in ({"type": "mlp"}, {"type": "conv", "channels": [2, 3, 4]})
    )
    assert len(mlp.blocks) == 0
    assert [block.body[0].out_channels for block in conv.blocks] == [4, 3]


def test_a_net_takes_over_the_parts_that_a_trained_one_keeps():
    trained, fresh = net(), net()
    with torch.no_grad():
        for parameter in trained.parameters():
            parameter.add_(1)
    trained.kept = ("encoder",)
    projector = fresh.projector[0].weight.clone()
    fresh.adopt(trained)
    assert torch.equal(fresh.encoder[-1].weight, trained.encoder[-1].weight)
    assert torch.equal(fresh.projector[0].weight, projector)


def test_bfloat16_products_keep_float32_outside():
    exact, rounded = net().eval(), net(precision="bfloat16").eval()
    x = torch.rand(4, 3, 8, 8)
    assert rounded.encode(x).dtype == rounded(x).dtype == torch.float32
    torch.testing.assert_close(rounded(x), exact(x), rtol=0.2, atol=0.1)
    assert not torch.equal(rounded(x), exact(x))
