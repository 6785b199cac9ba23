import math

import pytest
import torch
from torch import nn

from clustering.nets.resnet import Convolution, Trunk


def trunk(channels=3, width=4, stem="small", depth=18):
    torch.manual_seed(0)
    return Trunk(channels, depth=depth, width=width, stem=stem)


@pytest.mark.parametrize("depth", [10, 18, 34])
def test_it_has_the_layers_that_its_name_counts(depth):
    """The convolutions in the chain, the classifier that is left out, and three projecting shortcuts."""
    convolutions = [layer for layer in trunk(depth=depth).modules() if isinstance(layer, nn.Conv2d)]
    assert sorted(layer.kernel_size[0] for layer in convolutions) == [1] * 3 + [3] * (depth - 1)


def test_at_full_width_it_has_the_parameters_of_the_known_net():
    """The 11,689,512 of the ImageNet net, less the classifier; the small stem has a smaller first kernel."""
    large, small = (
        sum(p.numel() for p in trunk(width=64, stem=stem).parameters()) for stem in ("large", "small")
    )
    assert large == 11_689_512 - 513 * 1000
    assert large - small == 64 * 3 * (7 * 7 - 3 * 3)


def test_bottlenecks_make_the_layers_that_the_name_counts():
    """Three convolutions a block; in each stage one shortcut projects, for channels grow fourfold."""
    convolutions = [layer for layer in trunk(depth=50).modules() if isinstance(layer, nn.Conv2d)]
    sides = [layer.kernel_size[0] for layer in convolutions]
    assert (sides.count(3), sides.count(1), len(sides)) == (1 + 16, 2 * 16 + 4, 50 - 1 + 4)


def test_bottlenecks_at_full_width_have_the_parameters_of_the_known_net():
    """The 25,557,032 of the ImageNet net, less the classifier: 23,508,032."""
    with torch.device("meta"):
        deep = trunk(width=64, stem="large", depth=50)
    assert deep.width == 2048
    assert sum(p.numel() for p in deep.parameters()) == 25_557_032 - 2049 * 1000 == 23_508_032


def test_a_bottleneck_halves_in_its_middle_beside_a_projecting_shortcut():
    net = trunk(depth=50).eval()
    assert net(torch.rand(3, 3, 16, 16)).shape == (3, net.width) == (3, 4 * 32)
    first, second = net.stages[1][0], net.stages[1][1]
    x = torch.rand(2, 16, 10, 10)
    steps = [conv.stride[0] for conv in first.body if isinstance(conv, nn.Conv2d)]
    shapes = [conv.weight.shape for conv in first.body if isinstance(conv, nn.Conv2d)]
    assert (steps, shapes) == ([1, 2, 1], [(8, 16, 1, 1), (8, 8, 3, 3), (32, 8, 1, 1)])
    projected = first.shortcut[1](nn.functional.conv2d(x[:, :, ::2, ::2], first.shortcut[0].weight))
    y = first(x)
    torch.testing.assert_close(y, (first.body(x) + projected).clamp(min=0))
    torch.testing.assert_close(second(y), (second.body(y) + y).clamp(min=0))


def test_a_deep_net_at_full_width_has_the_parameters_of_the_known_one():
    """The 21,797,672 of the ImageNet net, less the classifier."""
    with torch.device("meta"):
        deep = trunk(width=64, stem="large", depth=34)
    assert sum(p.numel() for p in deep.parameters()) == 21_797_672 - 513 * 1000


@pytest.mark.parametrize(
    ("stem", "side", "left"), [("pooled", 32, 2), ("small", 32, 4), ("large", 64, 2), ("large", 224, 7)]
)
def test_stages_halve_the_sides(stem, side, left):
    net = trunk(stem=stem).eval()
    x = torch.rand(1, 3, side, side)
    assert net.stages(net.stem(x)).shape == (1, 32, left, left)
    assert net(x).shape == (1, net.width) == (1, 32)


@pytest.mark.parametrize("shape", [(1, 8, 8), (3, 9, 13), (4, 28, 28)])
def test_images_of_any_channels_and_odd_sides_are_taken(shape):
    assert trunk(channels=shape[0])(torch.rand(2, *shape)).shape == (2, 32)


def test_weights_have_the_variance_that_keeps_the_size_of_gradients():
    torch.manual_seed(0)
    weight = Convolution(32, 64, 3).weight
    assert weight.std().item() == pytest.approx(math.sqrt(2 / (64 * 9)), rel=0.05)
    assert weight.mean().abs() < 1e-3


def test_the_layout_of_the_images_in_memory_does_not_matter():
    net, x = trunk().eval(), torch.rand(2, 3, 16, 16)
    assert torch.equal(net(x), net(x.contiguous(memory_format=torch.channels_last)))
