import math

import pytest
import torch

from clustering.losses.groups import grouping, moved_groups, nearest_group


def drawn(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def cosine(a, b):
    return float(a @ b) / math.sqrt(float(a @ a) * float(b @ b))


def test_the_nearest_group_has_the_largest_cosine_however_long_groups_are():
    z, groups = drawn(9, 3), drawn(4, 3, seed=1)
    wanted = [max(range(4), key=lambda j: cosine(each, groups[j])) for each in z]
    lengths = torch.tensor([[0.1], [1], [10], [100]], dtype=z.dtype)
    assert nearest_group(z, groups).tolist() == nearest_group(z, groups * lengths).tolist() == wanted


@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.99, 1.0])
def test_groups_move_by_the_rest_of_the_momentum_and_stay_without_samples(momentum):
    groups, z, assigned = drawn(4, 3), drawn(6, 3, seed=1), torch.tensor([0, 2, 2, 0, 0, 0])
    moved = moved_groups(groups, z, assigned, momentum)
    assert torch.equal(moved[[1, 3]], groups[[1, 3]])
    for j in (0, 2):
        members = [z[i] for i in range(6) if assigned[i] == j]
        mean = sum(members) / len(members)
        torch.testing.assert_close(moved[j], groups[j] + (1 - momentum) * (mean - groups[j]))
    if momentum == 1:
        assert torch.equal(moved, groups)


def test_grouping_is_its_equation():
    p, groups, wanted = drawn(5, 3), drawn(4, 3, seed=1), torch.tensor([0, 3, 3, 1, 2])
    total = 0.0
    for i in range(5):
        each = [math.exp(cosine(p[i], groups[j]) / 0.1) for j in range(4)]
        total -= math.log(each[int(wanted[i])] / sum(each))
    assert grouping(p, groups, wanted, 0.1).item() == pytest.approx(total / 5)


def test_one_group_costs_nothing_and_equal_groups_cost_the_logarithm_of_their_number():
    p, group = drawn(5, 3), drawn(1, 3, seed=1)
    zeros = torch.zeros(5, dtype=torch.long)
    assert grouping(p, group, zeros, 0.1).item() == pytest.approx(0)
    assert grouping(p, group.expand(4, 3), zeros, 0.1).item() == pytest.approx(math.log(4))


@pytest.mark.parametrize(("momentum", "flows"), [(0.99, True), (1.0, False)])
def test_gradients_flow_through_groups_only_as_far_as_they_move(momentum, flows):
    z, p = drawn(6, 3).requires_grad_(), drawn(6, 3, seed=2)
    groups = drawn(2, 3, seed=1)
    moved = moved_groups(groups, z, nearest_group(z.detach(), groups), momentum)
    grouping(p, moved, nearest_group(p, groups), 0.1).backward()
    assert bool(z.grad.any()) == flows
    assert not moved.detach().requires_grad
