import pytest
import torch
from torch.nn.functional import cosine_similarity

from clustering.losses import diversity as module
from clustering.losses.diversity import LEAST_BOUND, diversity, next_bound, similarity_of_clusterings
from tests.clustering.losses.assignments import balanced, soft


def by_hand(p):
    """Equations 2 to 4 of DivClust, cluster by cluster."""
    m, _, k = p.shape
    out = torch.zeros(m, m)
    for a in range(m):
        for b in range(m):
            best = [
                max(float(cosine_similarity(p[a, :, i], p[b, :, j], dim=0)) for j in range(k))
                for i in range(k)
            ]
            out[a, b] = sum(best) / k
    return out


def bound(value):
    return torch.tensor(float(value))


def test_similarity_is_the_papers_formula():
    p = soft(3, 12, 4)
    torch.testing.assert_close(similarity_of_clusterings(p), by_hand(p))


def test_similarity_is_the_same_in_small_blocks(monkeypatch):
    p = soft(3, 12, 4)
    whole = similarity_of_clusterings(p)
    monkeypatch.setattr(module, "BLOCK_NUMBERS", 30)
    torch.testing.assert_close(similarity_of_clusterings(p), whole)


def test_a_clustering_is_fully_like_itself_and_none_is_unlike_below_0():
    similarity = similarity_of_clusterings(soft(4, 30, 5))
    torch.testing.assert_close(similarity.diagonal(), torch.ones(4))
    assert similarity.min() >= 0
    assert similarity.max() <= 1 + 1e-6


def test_similarity_has_a_direction():
    similarity = similarity_of_clusterings(soft(3, 12, 4))
    assert not torch.allclose(similarity, similarity.T)


def test_renamed_clusters_are_the_same_clustering():
    p = soft(3, 12, 4)
    other = torch.stack([p[0][:, [3, 1, 0, 2]], p[1], p[2][:, [1, 0, 2, 3]]])
    torch.testing.assert_close(similarity_of_clusterings(other), similarity_of_clusterings(p))


@pytest.mark.parametrize("k", [3, 8])
def test_independent_even_clusterings_are_alike_by_one_over_k(k):
    p = torch.stack([torch.eye(k).repeat_interleave(k, dim=0), torch.eye(k).repeat(k, 1)])
    assert similarity_of_clusterings(p)[0, 1].item() == pytest.approx(1 / k)


def test_an_empty_cluster_is_like_no_other_and_leaves_the_gradient_finite():
    logits = torch.zeros(2, 6, 3)
    logits[0, :, 2] = -1e4
    logits.requires_grad_(True)
    p = logits.softmax(dim=2)
    torch.testing.assert_close(similarity_of_clusterings(p)[0, 1], torch.tensor(2 / 3))
    diversity(p, bound(0.5), "code").backward()
    assert logits.grad.isfinite().all()


@pytest.mark.parametrize(("normalization", "count"), [("code", 3), ("paper", 6)])
def test_the_loss_adds_what_is_above_the_bound_over_ordered_pairs(normalization, count):
    p = soft(3, 12, 4)
    similarity, d = by_hand(p), 0.6
    total = sum(max(0.0, float(similarity[a, b]) - d) for a in range(3) for b in range(3) if a != b)
    assert total > 0
    assert diversity(p, bound(d), normalization).item() == pytest.approx(total / count, rel=1e-5)


def test_similarities_below_the_bound_cost_nothing_and_move_nothing():
    p = soft(3, 12, 4).requires_grad_(True)
    top = similarity_of_clusterings(p).fill_diagonal_(0).max().item()
    loss = diversity(p, bound(top + 1e-4), "code")
    loss.backward()
    assert loss.item() == 0
    assert p.grad.abs().max() == 0
    assert diversity(p, bound(top - 1e-4), "code").item() > 0


def test_each_pair_above_the_bound_falls_with_slope_one():
    p, h = soft(3, 12, 4), 1e-3
    low = similarity_of_clusterings(p)[~torch.eye(3, dtype=torch.bool)].min().item() - 0.1
    fall = diversity(p, bound(low), "paper") - diversity(p, bound(low + h), "paper")
    assert fall.item() == pytest.approx(h, rel=1e-2)


def test_a_bound_of_one_asks_for_nothing():
    p = balanced(4).repeat(3, 1, 1)
    assert diversity(p, bound(1), "code").item() == 0
    assert diversity(p, bound(0.99), "code").item() > 0


def test_one_clustering_has_none_to_differ_from():
    assert diversity(soft(1, 12, 4), bound(0.1), "code").item() == 0


def test_the_bound_moves_by_one_part_in_a_hundred():
    falling = next_bound(bound(0.8), bound(0.91), 0.9, 0.01)
    rising = next_bound(bound(0.8), bound(0.9), 0.9, 0.01)
    assert (falling.item(), rising.item()) == (pytest.approx(0.8 * 0.99), pytest.approx(0.8 * 1.01))


def test_the_bound_stays_between_its_ends():
    assert next_bound(bound(1), bound(0), 0.5, 0.01).item() == 1
    assert next_bound(bound(LEAST_BOUND), bound(1), 0.5, 0.01).item() == pytest.approx(LEAST_BOUND)
