import math

import pytest
import torch

from clustering.losses.invariant_information import invariant_information
from tests.clustering.losses.assignments import balanced, soft


def by_hand(p, q, weight):
    """Equation 3 of IIC, cell by cell."""
    n, k = p.shape
    joint = [
        [sum(float(p[i, a] * q[i, b] + p[i, b] * q[i, a]) for i in range(n)) / (2 * n) for b in range(k)]
        for a in range(k)
    ]
    rows = [sum(row) for row in joint]
    return -sum(
        joint[a][b] * (math.log(joint[a][b]) - weight * math.log(rows[a]) - weight * math.log(rows[b]))
        for a in range(k)
        for b in range(k)
    )


@pytest.mark.parametrize("weight", [1.0, 1.5])
def test_it_is_the_papers_formula(weight):
    p, q = soft(10, 4), soft(10, 4, seed=1)
    assert invariant_information(p, q, weight).item() == pytest.approx(by_hand(p, q, weight))


def test_views_that_tell_nothing_of_each_other_share_no_information():
    """Every pair of one-hot rows once: the joint is the product of its marginals."""
    p, q = torch.eye(4).repeat_interleave(4, dim=0), torch.eye(4).repeat(4, 1)
    assert invariant_information(p, q).item() == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("k", [2, 10])
def test_equal_views_of_even_clusters_share_all_of_it(k):
    assert invariant_information(balanced(k), balanced(k)).item() == pytest.approx(-math.log(k))


@pytest.mark.parametrize("seed", range(5))
def test_minus_log_k_is_the_least(seed):
    p, q = (soft(9, 5, seed=seed + extra, sharpness=9.0) for extra in (0, 100))
    assert -math.log(5) <= invariant_information(p, q).item() <= 1e-9


def test_views_may_be_exchanged():
    p, q = soft(10, 4), soft(10, 4, seed=1)
    torch.testing.assert_close(invariant_information(p, q), invariant_information(q, p))


def test_a_batch_seen_twice_changes_nothing():
    p, q = soft(12, 4), soft(12, 4, seed=1)
    twice = invariant_information(p.repeat(2, 1), q.repeat(2, 1))
    torch.testing.assert_close(twice, invariant_information(p, q))


def test_neither_the_order_of_clusters_nor_that_of_samples_matters():
    p, q = soft(12, 4), soft(12, 4, seed=1)
    clusters, samples = torch.tensor([2, 0, 3, 1]), torch.randperm(12)
    expected = invariant_information(p, q)
    torch.testing.assert_close(invariant_information(p[:, clusters], q[:, clusters]), expected)
    torch.testing.assert_close(invariant_information(p[samples], q[samples]), expected)


def test_heads_are_computed_as_if_alone():
    p, q = soft(3, 12, 4), soft(3, 12, 4, seed=1)
    each = [invariant_information(a, b) for a, b in zip(p, q, strict=True)]
    torch.testing.assert_close(invariant_information(p, q), torch.stack(each))


def test_empty_clusters_leave_the_gradient_finite():
    logits = torch.tensor([[0.0, 1.0, -1e4]] * 4, requires_grad=True)
    p = logits.softmax(dim=1)
    invariant_information(p, p).backward()
    assert logits.grad.isfinite().all()
