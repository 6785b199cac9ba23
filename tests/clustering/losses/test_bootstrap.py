import pytest
import torch

from clustering.losses.bootstrap import bootstrap


@pytest.fixture
def pair():
    generator = torch.Generator().manual_seed(0)
    return torch.randn(7, 4, generator=generator), torch.randn(7, 4, generator=generator)


def test_the_loss_is_the_squared_distance_of_directions(pair):
    units = [[row / row.square().sum().sqrt() for row in each] for each in pair]
    apart = [one - other for one, other in zip(*units, strict=True)]
    expected = sum(float((each * each).sum()) for each in apart) / 7
    assert bootstrap(*pair).item() == pytest.approx(expected, rel=1e-5)


def test_it_is_0_for_equal_directions_and_4_for_opposite_ones(pair):
    lengths = torch.arange(1, 8)[:, None]
    assert bootstrap(pair[0], lengths * pair[0]).item() == pytest.approx(0, abs=1e-6)
    assert bootstrap(pair[0], -lengths * pair[0]).item() == pytest.approx(4)


def test_it_lies_between(pair):
    assert 0 < bootstrap(*pair).item() < 4


def test_no_gradient_flows_into_the_target(pair):
    predicted, target = (each.requires_grad_() for each in pair)
    bootstrap(predicted, target).backward()
    assert predicted.grad.abs().max() > 0
    assert target.grad is None
