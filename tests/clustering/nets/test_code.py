import pytest
import torch

from clustering.nets import network
from clustering.nets.code import center, whiten
from clustering.params import parse


@pytest.mark.parametrize(
    "spec",
    [{"type": "mlp", "hidden": []}, {"type": "mlp", "hidden": [9]}, {"type": "conv", "channels": [4, 6]}],
)
def test_a_whitened_code_has_unit_variance_and_the_same_reconstruction(spec):
    torch.manual_seed(0)
    net = network((1, 8, 8), parse({"method": "autoencoder", "embedding_dim": 5, "net": spec})).eval()
    x = torch.rand(200, 1, 8, 8) + torch.randn(200, 1, 1, 1)
    with torch.no_grad():
        before = net(x)
        whiten(net, net.encode(x))
        code = net.encode(x)
        torch.testing.assert_close(net(x), before, atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(code.mean(dim=0), torch.zeros(5), atol=1e-4, rtol=0)
    torch.testing.assert_close(torch.cov(code.T, correction=0), torch.eye(5), atol=1e-3, rtol=0)


def test_a_centered_code_has_its_scale_and_the_same_reconstruction():
    torch.manual_seed(0)
    spec = {"type": "conv", "channels": [4, 6]}
    net = network((1, 8, 8), parse({"method": "autoencoder", "embedding_dim": 5, "net": spec})).eval()
    x = torch.rand(200, 1, 8, 8)
    with torch.no_grad():
        before, z = net(x), net.encode(x)
        center(net, z)
        torch.testing.assert_close(net(x), before, atol=1e-4, rtol=1e-4)
        torch.testing.assert_close(net.encode(x), z - z.mean(dim=0), atol=1e-4, rtol=1e-4)


def test_directions_without_variance_do_no_harm():
    net = network(
        (4,), parse({"method": "autoencoder", "embedding_dim": 3, "net": {"type": "mlp", "hidden": []}})
    )
    x = torch.ones(9, 4)
    with torch.no_grad():
        before = net(x)
        whiten(net, net.encode(x))
        assert net.encode(x).isfinite().all()
        torch.testing.assert_close(net(x), before, atol=1e-4, rtol=1e-4)
