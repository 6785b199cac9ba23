import pytest
import torch
from scipy.ndimage import sobel

from clustering.nets.features import Features
from clustering.nets.sobel import Sobel
from clustering.params import parse

SMALL = {"type": "resnet", "depth": 10, "width": 4, "stem": "small"}
PLAIN = {"type": "plain", "channels": [4, 8], "kernel": 3}


def features(shape=(3, 8, 8), **spec):
    torch.manual_seed(0)
    return Features(shape, parse({"method": "pica", "n_clusters": 3, "net": PLAIN} | spec)).eval()


def test_slopes_are_those_of_a_sobel_filter():
    x = torch.rand(2, 1, 9, 11, dtype=torch.float64)
    out = Sobel(colors=False).double()(x)
    for image, slopes in zip(x[:, 0], out, strict=True):
        for axis, slope in ((1, slopes[0]), (0, slopes[1])):
            inner = -sobel(image.numpy(), axis=axis)[1:-1, 1:-1]
            torch.testing.assert_close(slope[1:-1, 1:-1], torch.from_numpy(inner))


def test_even_images_have_no_slopes_inside():
    assert Sobel(colors=False)(torch.ones(1, 3, 6, 6))[..., 1:-1, 1:-1].abs().max() < 1e-6


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_colors_can_follow_behind_the_slopes(channels):
    x = torch.rand(2, channels, 6, 6)
    both = Sobel(colors=True)(x)
    assert torch.equal(both[:, 2:], x)
    assert torch.equal(both[:, :2], Sobel(colors=False)(x))


@pytest.mark.parametrize(("sobel", "channels"), [("off", 3), ("edges", 2), ("edges_and_colors", 5)])
def test_the_network_takes_as_many_channels_as_it_sees(sobel, channels):
    net = features(sobel=sobel)
    assert net.encoder[1].layers[0].in_channels == channels
    assert net(torch.rand(2, 3, 8, 8)).shape == (2, net.width)


@pytest.mark.parametrize(("net", "width"), [(SMALL, 32), (PLAIN, 8 * 6 * 6)])
def test_images_of_any_size_are_brought_to_the_networks(net, width):
    found = features(net=net, input_size=12)
    assert found.width == width
    for side in (8, 12, 20):
        assert found(torch.rand(2, 3, side, side)).shape == (2, width)


def test_only_what_is_trained_is_saved():
    assert not [name for name in features().state_dict() if "kernels" in name]
