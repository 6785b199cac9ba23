import math

import pytest
import torch
from scipy.stats import entropy

from clustering.losses.imbalance import imbalance
from tests.clustering.losses.assignments import balanced, soft


def test_it_is_what_the_entropy_of_sizes_lacks():
    p = soft(3, 12, 4)
    expected = [math.log(4) - entropy(each.mean(dim=0)) for each in p]
    assert imbalance(p).tolist() == pytest.approx(expected)


@pytest.mark.parametrize("k", [2, 7])
def test_equal_sizes_cost_nothing_and_a_single_cluster_most(k):
    alone = torch.zeros(12, k)
    alone[:, 0] = 1
    assert imbalance(balanced(k)).item() == pytest.approx(0, abs=1e-12)
    assert imbalance(torch.full((12, k), 1 / k)).item() == pytest.approx(0, abs=1e-6)
    assert imbalance(alone).item() == pytest.approx(math.log(k))


@pytest.mark.parametrize("seed", range(5))
def test_it_lies_between_0_and_log_k(seed):
    assert 0 <= imbalance(soft(9, 5, seed=seed, sharpness=9.0)).item() <= math.log(5)


def test_an_empty_cluster_leaves_the_gradient_finite():
    logits = torch.tensor([[0.0, 1.0, -1e4]] * 4, requires_grad=True)
    imbalance(logits.softmax(dim=1)).backward()
    assert logits.grad.isfinite().all()
