import pytest
import torch

from clustering.errors import InvalidData
from clustering.modalities import MixedShape
from clustering.nets import network
from clustering.nets.code import whiten
from clustering.params import parse

SHAPE = MixedShape(2, (3, 9, 8), 2)


def net(shape=SHAPE, **fields):
    spec = {"type": "mixed", "channels": [4, 6], "hidden": [10]} | fields
    torch.manual_seed(0)
    built = network(shape, parse({"method": "autoencoder", "embedding_dim": 5, "net": spec})).eval()
    with torch.no_grad():
        for each in built.parameters():
            each.add_(0.1 * torch.randn(each.shape))
    return built


def rows(b=4, shape=SHAPE):
    return torch.rand(b, *shape, generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize("shape", [SHAPE, MixedShape(3, (1, 8, 8), 0), MixedShape(1, (3, 8, 8), 4)])
@pytest.mark.parametrize("hidden", [[], [10], [10, 7]])
def test_a_code_is_the_mean_of_those_of_the_views(shape, hidden):
    built, x = net(shape, hidden=hidden), rows(shape=shape)
    codes = built.encode_views(x)
    assert codes.shape == (4, shape.views, 5)
    torch.testing.assert_close(built.encode(x), codes.mean(dim=1))
    assert built(x).shape == built.decode(built.encode(x)).shape == x.shape


def test_each_view_is_reconstructed_from_its_own_code():
    built, x = net(), rows()
    changed = x.clone()
    changed[:, 1] += 1
    torch.testing.assert_close(built(changed)[:, 0], built(x)[:, 0])
    assert not torch.allclose(built(changed)[:, 1], built(x)[:, 1])


def test_one_encoder_sees_all_views_and_the_attributes():
    built, x = net(), rows()
    torch.testing.assert_close(built.encode_views(x.flip(1)), built.encode_views(x).flip(1))
    other = x.clone()
    other[..., -1] += 5
    assert not torch.allclose(built.encode(other), built.encode(x))


def test_views_can_change_places_where_the_decoder_is_not_told():
    built, x = net(tell_view=False), rows()
    torch.testing.assert_close(built(x.flip(1)), built(x).flip(1))
    drawn = built.decode(built.encode(x))
    torch.testing.assert_close(drawn[:, 0], drawn[:, 1])


def test_a_decoder_that_is_told_the_view_draws_views_of_one_code_apart():
    built, x = net(), rows()
    drawn = built.decode(built.encode(x))
    assert not torch.allclose(drawn[:, 0, :-2], drawn[:, 1, :-2])
    torch.testing.assert_close(drawn[:, 0, -2:], drawn[:, 1, -2:])


def test_attributes_count_in_their_own_units_whatever_their_weight():
    light, heavy = net(attribute_weight=1.0), net(attribute_weight=9.0)
    x = rows()
    weighed = x.clone()
    weighed[..., -2:] *= 3
    torch.testing.assert_close(light.encode(x), heavy.encode(weighed))
    torch.testing.assert_close(3 * light(x)[..., -2:], heavy(weighed)[..., -2:])


def test_a_whitened_code_reconstructs_the_same():
    built, x = net(), rows(64)
    codes = built.encode_views(x)
    before = built(x)
    whiten(built, codes.flatten(0, 1).detach())
    after = built.encode_views(x).flatten(0, 1)
    torch.testing.assert_close(built(x), before, atol=1e-3, rtol=1e-3)
    torch.testing.assert_close(torch.cov(after.T, correction=0), torch.eye(5), atol=1e-2, rtol=0)


def test_blocks_are_those_of_the_encoder():
    assert len(net(channels=[4, 6, 8]).blocks) == 2


def test_samples_of_another_shape_are_refused():
    with pytest.raises(InvalidData, match="views or attributes"):
        net((3, 8, 8))
