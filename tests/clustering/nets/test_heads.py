import math

import pytest
import torch
from torch import nn

from clustering.nets.heads import Heads


def heads(count=4, widths=(6, 8, 3)):
    torch.manual_seed(0)
    return Heads(count, widths)


def alone(together, head):
    """One of the heads as a feed-forward net of its own."""
    count, width = together.count, together.first.out_features // together.count
    first = nn.Linear(together.first.in_features, width)
    span = slice(head * width, (head + 1) * width)
    first.weight.data, first.bias.data = together.first.weight[span], together.first.bias[span]
    layers = [first]
    for layer in together.later:
        _, before, after = layer.weight.shape
        own = nn.Linear(before, after)
        own.weight.data, own.bias.data = layer.weight[head].T, layer.bias.view(count, -1)[head]
        layers += [nn.ReLU(), own]
    return nn.Sequential(*layers)


@pytest.mark.parametrize("widths", [(6, 3), (6, 8, 3), (6, 8, 5, 3)])
def test_heads_compute_what_each_would_alone(widths):
    together, x = heads(4, widths), torch.randn(7, 6)
    expected = torch.stack([alone(together, head)(x) for head in range(4)])
    torch.testing.assert_close(together(x), expected)


def test_heads_start_apart_with_the_spread_of_linear_layers():
    together = heads(10, (64, 100, 50))
    assert together(torch.randn(5, 64)).std(dim=0).min() > 0
    for weight, inputs in ((together.first.weight, 64), (together.later[0].weight, 100)):
        assert weight.abs().max().item() == pytest.approx(1 / math.sqrt(inputs), rel=0.01)


def test_a_loss_of_one_head_moves_no_other():
    together = heads()
    together(torch.randn(7, 6))[1].square().sum().backward()
    moved = together.later[0].weight.grad.abs().amax(dim=(1, 2)) > 0
    assert moved.tolist() == [False, True, False, False]
    assert (together.first.weight.grad.view(4, -1).abs().amax(dim=1) > 0).tolist() == moved.tolist()


def test_assignments_are_distributions():
    soft = heads().soft(torch.randn(7, 6))
    assert soft.shape == (4, 7, 3)
    torch.testing.assert_close(soft.sum(dim=2), torch.ones(4, 7))
