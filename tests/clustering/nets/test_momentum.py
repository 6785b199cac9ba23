import pytest
import torch
from torch import nn

from clustering.nets.momentum import follow, momentum_copy, rising


def nets():
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4))
    copy = momentum_copy(net)
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.add_(torch.randn_like(parameter))
    net(torch.randn(8, 3))
    return copy, net


def test_a_copy_is_equal_and_receives_no_gradient():
    net = nn.Linear(3, 4)
    copy = momentum_copy(net)
    assert torch.equal(copy.weight, net.weight) and copy.weight is not net.weight
    assert net.weight.requires_grad
    assert not any(parameter.requires_grad for parameter in copy.parameters())


@pytest.mark.parametrize("momentum", [0.0, 0.3, 0.996, 1.0])
def test_a_copy_moves_by_the_rest_of_the_momentum(momentum):
    copy, net = nets()
    before = [parameter.clone() for parameter in copy.parameters()]
    follow(copy, net, momentum)
    for old, own, other in zip(before, copy.parameters(), net.parameters(), strict=True):
        torch.testing.assert_close(own, momentum * old + (1 - momentum) * other.detach())


def test_momentum_1_leaves_the_copy_and_momentum_0_makes_it_equal():
    for momentum in (1.0, 0.0):
        copy, net = nets()
        wanted = [parameter.clone() for parameter in (copy if momentum else net).parameters()]
        follow(copy, net, momentum)
        assert all(torch.equal(own, each) for own, each in zip(copy.parameters(), wanted, strict=True))


def test_the_statistics_of_batch_norm_are_taken_over():
    copy, net = nets()
    follow(copy, net, 1.0)
    assert torch.equal(copy[1].running_mean, net[1].running_mean)
    assert copy[1].num_batches_tracked == 1


def test_a_rising_momentum_goes_from_its_value_to_1():
    path = [rising(0.9, step / 20) for step in range(21)]
    assert path[0] == pytest.approx(0.9) and path[-1] == pytest.approx(1)
    assert path == sorted(path)
    assert path[10] == pytest.approx(0.95)
