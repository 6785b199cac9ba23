import math

import pytest
import torch
from torch.nn.functional import cosine_similarity

from clustering.losses.partition_uncertainty import partition_uncertainty
from tests.clustering.losses.assignments import balanced, soft


def by_hand(p, q):
    """Equations 4 to 7 of PICA, cluster by cluster."""
    k, total = p.shape[1], 0.0
    for j in range(k):
        row = [math.exp(cosine_similarity(p[:, j], q[:, other], dim=0)) for other in range(k)]
        total -= math.log(row[j] / sum(row))
    return total / k


def test_it_is_the_papers_formula():
    p, q = soft(12, 4), soft(12, 4, seed=1)
    assert partition_uncertainty(p, q).item() == pytest.approx(by_hand(p, q))


@pytest.mark.parametrize("k", [2, 10])
def test_equal_one_hot_views_have_the_known_value(k):
    assert partition_uncertainty(balanced(k), balanced(k)).item() == pytest.approx(
        math.log(1 + (k - 1) * math.exp(-1))
    )


def test_several_perturbations_are_compared_with_the_samples_behind_one_another():
    """Columns of three like perturbations, beside samples three times, are as long again by √3 each."""
    p, q = soft(12, 4), soft(12, 4, seed=1)
    torch.testing.assert_close(
        partition_uncertainty(p.repeat(3, 1), q.repeat(3, 1)), partition_uncertainty(p, q)
    )


def test_neither_the_order_of_clusters_nor_that_of_samples_matters():
    p, q = soft(12, 4), soft(12, 4, seed=1)
    clusters, samples = torch.tensor([2, 0, 3, 1]), torch.randperm(12)
    expected = partition_uncertainty(p, q)
    torch.testing.assert_close(partition_uncertainty(p[:, clusters], q[:, clusters]), expected)
    torch.testing.assert_close(partition_uncertainty(p[samples], q[samples]), expected)


def test_heads_are_computed_as_if_alone():
    p, q = soft(3, 12, 4), soft(3, 12, 4, seed=1)
    each = [partition_uncertainty(a, b) for a, b in zip(p, q, strict=True)]
    torch.testing.assert_close(partition_uncertainty(p, q), torch.stack(each))


def test_an_empty_cluster_leaves_the_gradient_finite():
    logits = torch.tensor([[0.0, 1.0, -1e4]] * 4, requires_grad=True)
    p = logits.softmax(dim=1)
    partition_uncertainty(p, p).backward()
    assert logits.grad.isfinite().all()
