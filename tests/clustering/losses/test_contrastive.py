from math import exp, log

import pytest
import torch

from clustering.losses.contrastive import nt_xent


@pytest.fixture
def u():
    return torch.randn(10, 4, generator=torch.Generator().manual_seed(0))


def by_hand(u, temperature):
    """The formula, sample by sample and sum by sum."""
    rows = [[value / sum(v * v for v in row) ** 0.5 for value in row] for row in u.tolist()]
    half, total = len(rows) // 2, 0.0
    for i, row in enumerate(rows):
        near = [exp(sum(a * b for a, b in zip(row, other, strict=True)) / temperature) for other in rows]
        total -= log(near[(i + half) % len(rows)] / (sum(near) - near[i]))
    return total / len(rows)


@pytest.mark.parametrize("temperature", [0.1, 0.5, 2.0])
def test_the_loss_is_that_of_the_paper(u, temperature):
    assert nt_xent(u, temperature).item() == pytest.approx(by_hand(u, temperature), rel=1e-4)


def test_both_directions_added_as_in_the_code_of_brb_are_twice_the_loss(u):
    a, b = (u / u.norm(dim=1, keepdim=True)).chunk(2)
    directions = []
    for one, other in ((a, b), (b, a)):
        across, within = (one @ other.T / 0.5).exp(), (one @ one.T / 0.5).exp()
        rest = across.sum(dim=1) + within.sum(dim=1) - within.diagonal()
        directions.append(-(across.diagonal() / rest).log().mean())
    torch.testing.assert_close(sum(directions), 2 * nt_xent(u, 0.5))


def test_the_views_can_change_places(u):
    torch.testing.assert_close(nt_xent(u.roll(5, 0), 0.5), nt_xent(u, 0.5))


def test_the_order_of_the_samples_does_not_matter(u):
    order = torch.tensor([3, 1, 4, 0, 2])
    torch.testing.assert_close(nt_xent(u[torch.cat([order, order + 5])], 0.5), nt_xent(u, 0.5))


def test_the_length_of_projections_does_not_matter(u):
    lengths = torch.arange(1, 11)[:, None] / 3
    torch.testing.assert_close(nt_xent(u * lengths, 0.5), nt_xent(u, 0.5))


def test_equal_projections_leave_a_guess_among_all_others():
    assert nt_xent(torch.ones(12, 3), 0.5).item() == pytest.approx(log(11))


def test_one_sample_has_nothing_to_be_told_from():
    u = torch.randn(2, 3, generator=torch.Generator().manual_seed(0)).requires_grad_()
    nt_xent(u, 0.5).backward()
    assert nt_xent(u, 0.5).item() == 0
    assert u.grad.abs().max() == 0


def test_a_tiny_temperature_leaves_loss_and_gradient_finite(u):
    u.requires_grad_()
    loss = nt_xent(u, 1e-4)
    loss.backward()
    assert loss.isfinite() and u.grad.isfinite().all()


def test_the_gradient_is_that_of_finite_differences():
    u = torch.randn(6, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(0)).requires_grad_()
    assert torch.autograd.gradcheck(lambda each: nt_xent(each, 0.5), (u,))
