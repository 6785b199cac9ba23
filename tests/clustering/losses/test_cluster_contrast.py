import math

import pytest
import torch
from torch.nn.functional import cosine_similarity

from clustering.losses.cluster_contrast import cluster_contrast
from tests.clustering.losses.assignments import balanced, soft


def by_hand(p, q, temperature):
    """Equations 5 and 6 of CC, pair by pair."""
    columns = [*p.T, *q.T]
    k, total = p.shape[1], 0.0
    for i, column in enumerate(columns):
        values = [float(cosine_similarity(column, other, dim=0)) / temperature for other in columns]
        among = sum(math.exp(value) for j, value in enumerate(values) if j != i)
        total -= math.log(math.exp(values[(i + k) % (2 * k)]) / among)
    return total / (2 * k)


@pytest.mark.parametrize("temperature", [0.3, 1.0])
def test_it_is_the_papers_formula(temperature):
    p, q = soft(12, 4), soft(12, 4, seed=1)
    assert cluster_contrast(p, q, temperature).item() == pytest.approx(by_hand(p, q, temperature))


@pytest.mark.parametrize("k", [2, 5, 10])
def test_equal_one_hot_views_have_the_known_value(k):
    p = balanced(k)
    expected = -math.log(math.e / (math.e + 2 * k - 2))
    assert cluster_contrast(p, p, 1.0).item() == pytest.approx(expected)


def test_heads_are_computed_as_if_alone():
    p, q = soft(3, 12, 4), soft(3, 12, 4, seed=1)
    each = [cluster_contrast(a, b, 1.0) for a, b in zip(p, q, strict=True)]
    torch.testing.assert_close(cluster_contrast(p, q, 1.0), torch.stack(each))


def test_neither_the_order_of_clusters_nor_that_of_samples_matters():
    p, q = soft(12, 4), soft(12, 4, seed=1)
    clusters, samples = torch.tensor([2, 0, 3, 1]), torch.randperm(12)
    expected = cluster_contrast(p, q, 0.5)
    torch.testing.assert_close(cluster_contrast(p[:, clusters], q[:, clusters], 0.5), expected)
    torch.testing.assert_close(cluster_contrast(p[samples], q[samples], 0.5), expected)


def test_a_batch_seen_twice_changes_nothing():
    p, q = soft(12, 4), soft(12, 4, seed=1)
    twice = cluster_contrast(p.repeat(2, 1), q.repeat(2, 1), 1.0)
    torch.testing.assert_close(twice, cluster_contrast(p, q, 1.0))


def test_an_empty_cluster_leaves_the_gradient_finite():
    logits = torch.zeros(6, 3)
    logits[:, 2] = -1e4
    logits.requires_grad_(True)
    p = logits.softmax(dim=1)
    assert p[:, 2].max() == 0
    cluster_contrast(p, p, 1.0).backward()
    assert logits.grad.isfinite().all()
