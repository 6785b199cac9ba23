import pytest
import torch
from torch import nn

from clustering.nets import network
from clustering.params import parse


def net(shape, precision="float32", width=5, **spec):
    params = parse({"method": "autoencoder", "embedding_dim": width, "precision": precision, "net": spec})
    torch.manual_seed(0)
    return network(shape, params)


@pytest.mark.parametrize("shape", [(7,), (1, 8, 8), (3, 9, 11)])
def test_a_feed_forward_net_embeds_and_decodes(shape):
    built = net(shape, type="mlp", hidden=[6])
    x = torch.rand(4, *shape)
    assert built.encode(x).shape == (4, 5)
    assert built.decode(built.encode(x)).shape == x.shape


@pytest.mark.parametrize("shape", [(1, 8, 8), (3, 9, 11), (1, 28, 28), (3, 64, 64)])
def test_a_convolutional_net_embeds_and_decodes(shape):
    built = net(shape, type="conv", channels=[4, 6, 8])
    x = torch.rand(2, *shape)
    assert built.encode(x).shape == (2, 5)
    assert built.decode(built.encode(x)).shape == x.shape


def test_layers_have_the_widths_asked_for_and_the_decoder_mirrors_them():
    built = net((1, 4, 5), type="mlp", hidden=[12, 7])
    widths = [
        [(m.in_features, m.out_features) for m in part.modules() if isinstance(m, nn.Linear)]
        for part in built.children()
    ]
    assert widths == [[(20, 12), (12, 7), (7, 5)], [(5, 7), (7, 12), (12, 20)]]


def test_embedding_and_output_are_linear():
    built = net((6,), type="mlp", hidden=[])
    x, y = torch.rand(2, 3, 6)
    middle = (built(x) + built(y)) / 2
    torch.testing.assert_close(built((x + y) / 2), middle)


def test_a_linear_autoencoder_as_wide_as_its_input_can_copy_it():
    built = net((4,), type="mlp", hidden=[], width=4)
    optimizer = torch.optim.Adam(built.parameters(), lr=0.03)
    x = torch.randn(64, 4)
    for _ in range(400):
        optimizer.zero_grad()
        loss = (built(x) - x).square().mean()
        loss.backward()
        optimizer.step()
    assert loss < 1e-3


def test_the_best_linear_autoencoder_spans_the_principal_subspace():
    built = net((4,), type="mlp", hidden=[], width=2)
    x = torch.randn(200, 4, generator=torch.Generator().manual_seed(0)) * torch.tensor([3.0, 2.0, 0.5, 0.2])
    x = (x - x.mean(dim=0)) @ torch.linalg.qr(torch.arange(16.0).view(4, 4).cos()).Q
    optimizer = torch.optim.LBFGS(built.parameters(), max_iter=200, line_search_fn="strong_wolfe")

    def error():
        optimizer.zero_grad()
        loss = (built(x) - x).square().mean()
        loss.backward()
        return loss

    optimizer.step(error)
    principal = torch.linalg.svd(x).Vh[:2]
    found = torch.linalg.qr(built.decoder[0].weight.detach()).Q
    torch.testing.assert_close(found @ found.T, principal.T @ principal, atol=1e-3, rtol=0)


@pytest.mark.parametrize("spec", [{"type": "mlp", "hidden": [32]}, {"type": "conv", "channels": [4, 8]}])
def test_bfloat16_products_keep_float32_outside(spec):
    exact, rounded = net((1, 8, 8), **spec), net((1, 8, 8), precision="bfloat16", **spec)
    x = torch.rand(16, 1, 8, 8)
    assert rounded.encode(x).dtype == rounded(x).dtype == torch.float32
    torch.testing.assert_close(rounded(x), exact(x), rtol=0.1, atol=0.1)
    assert not torch.equal(rounded(x), exact(x))
    rounded(x).square().mean().backward()
    assert all(p.grad.dtype == torch.float32 for p in rounded.parameters())


@pytest.mark.parametrize("slope", ["relu", "leaky_relu"])
def test_the_activation_is_the_one_asked_for(slope):
    built = net((3,), type="mlp", hidden=[4], activation=slope)
    assert type(built.encoder[2]) is {"relu": nn.ReLU, "leaky_relu": nn.LeakyReLU}[slope]


def test_dropout_drops_whole_channels_in_training_alone():
    built = net((1, 8, 8), type="conv", channels=[4, 6, 8], dropout=0.5)
    x = torch.randn(3, 1, 8, 8)
    assert not torch.equal(built(x), built(x))
    assert torch.equal(built.eval()(x), built(x))
    drops = [module for module in built.modules() if isinstance(module, nn.Dropout2d)]
    assert len(drops) == 4
    assert not any(isinstance(each, nn.Dropout2d) for each in net((1, 8, 8), type="conv").modules())
