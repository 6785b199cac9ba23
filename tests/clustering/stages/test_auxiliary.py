import pytest
import torch

from clustering.nets import network
from clustering.params import parse
from clustering.stages.auxiliary import auxiliary

SPEC = {"method": "idec", "n_clusters": 2, "embedding_dim": 3}
RESNET = {"type": "resnet", "width": 4, "hidden": [], "projector": [5]}


def built(**spec):
    params = parse(SPEC | spec)
    torch.manual_seed(0)
    return network((1, 8, 8), params), params


@pytest.mark.parametrize(("mean", "values"), [("element", 6 * 64), ("sample", 6)])
def test_an_autoencoder_goes_on_reconstructing(mean, values):
    net, params = built(net={"type": "mlp", "hidden": [6]}, reconstruction_mean=mean)
    x = torch.rand(6, 1, 8, 8)
    expected = ((net(x) - x) ** 2).sum() / values
    torch.testing.assert_close(auxiliary(net, net.encode(x), x, params), expected)


@pytest.mark.parametrize("temperature", [0.2, 1.0])
def test_a_contrastive_net_goes_on_comparing_two_views(temperature):
    net, params = built(net=RESNET, augment={"type": "affine"}, temperature=temperature)
    x = torch.rand(6, 1, 8, 8)
    z = net.encode(x)
    u = torch.nn.functional.normalize(net.project(z), dim=1)
    chances = (u @ u.T / temperature).exp()
    rest = chances.sum(dim=1) - chances.diagonal()
    right = torch.stack([chances[i, (i + 3) % 6] for i in range(6)])
    torch.testing.assert_close(auxiliary(net, z, x, params), (rest.log() - right.log()).mean())
