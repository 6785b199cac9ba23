import numpy as np
import pytest
import torch

from clustering.losses.spaces import (
    closed_form_logits,
    compression,
    compression_by_cluster,
    departure,
    hardening,
    nearest_in_each,
    rotated_compression,
    scores_in_spaces,
    space_weights,
)
from clustering.partition.rotation import random_rotation
from clustering.partition.spaces import (
    Spaces,
    follow,
    logits_of,
    memberships,
    space_of_center,
    spans,
    straightened,
)

B, D, SIZES = 12, 5, (3, 2, 1)
K = sum(SIZES)


@pytest.fixture
def scene():
    torch.manual_seed(0)
    v, centers = torch.randn(B, D, dtype=torch.float64), torch.randn(K, D, dtype=torch.float64)
    weights = space_weights(torch.randn(len(SIZES), D, dtype=torch.float64))
    return v, centers, weights


def by_hand(v, center, weights):
    return sum(
        w * (a - m) ** 2 for w, a, m in zip(weights.tolist(), v.tolist(), center.tolist(), strict=True)
    )


def test_weights_of_a_dimension_share_one(scene):
    _, _, weights = scene
    torch.testing.assert_close(weights.sum(dim=0), torch.ones(D, dtype=torch.float64))
    assert (weights > 0).all()


def test_scores_differ_from_distances_by_what_all_centers_of_a_space_share(scene):
    v, centers, weights = scene
    owner, nowhere = space_of_center(SIZES), torch.zeros(D)
    found = scores_in_spaces(v, centers, weights[owner])
    for row, scores in zip(v, found.tolist(), strict=True):
        for c in range(K):
            own = weights[owner[c]]
            expected = by_hand(row, centers[c], own) - by_hand(row, nowhere, own)
            assert scores[c] == pytest.approx(expected, abs=1e-9)


def test_every_sample_has_its_nearest_center_in_each_space(scene):
    v, centers, weights = scene
    scores = scores_in_spaces(v, centers, weights[space_of_center(SIZES)])
    found = nearest_in_each(scores, SIZES)
    for s, span in enumerate(spans(SIZES)):
        assert torch.equal(found[s] - span.start, scores[:, span].argmin(dim=1))


def test_compression_is_the_mean_weighed_distance_to_the_own_center(scene):
    v, centers, weights = scene
    assigned = torch.stack(
        [torch.arange(B) % k + span.start for k, span in zip(SIZES, spans(SIZES), strict=True)]
    )
    expected = [
        np.mean([by_hand(v[i], centers[assigned[s, i]], weights[s]) for i in range(B)])
        for s in range(len(SIZES))
    ]
    np.testing.assert_allclose(compression(v, centers, weights, assigned), expected, rtol=1e-9)


def test_by_cluster_every_cluster_adds_the_mean_of_its_own_samples(scene):
    v, centers, weights = scene
    assigned = torch.tensor([[0] * 7 + [1] * 5, [3] * 11 + [4], [5] * B])  # nobody in cluster 2
    expected = []
    for s, span in enumerate(spans(SIZES)):
        members = [[i for i in range(B) if assigned[s, i] == k] for k in range(span.start, span.stop)]
        costs = [
            [by_hand(v[i], centers[k], weights[s]) for i in own] for k, own in enumerate(members, span.start)
        ]
        expected.append(sum(np.mean(each) for each in costs if each))
    found = compression_by_cluster(v, centers, weights, assigned)
    np.testing.assert_allclose(found, expected, rtol=1e-9)
    twice = torch.cat([v, v[:7], v[:7]]), torch.cat([assigned, assigned[:, :7], assigned[:, :7]], dim=1)
    torch.testing.assert_close(compression_by_cluster(twice[0], centers, weights, twice[1])[0], found[0])
    several = [each.expand(2, *each.shape) for each in (v, centers, weights, assigned)]
    torch.testing.assert_close(compression_by_cluster(*several), torch.stack([found, found]))


def test_compression_by_covariance_and_means_has_the_loss_and_gradient_of_the_one_by_samples(scene):
    z, centers, weights = scene
    z, owner = z + torch.tensor([3.0, -2.0, 0.0, 1.0, 0.0]), space_of_center(SIZES)
    rotations = torch.stack([random_rotation(D, torch.Generator().manual_seed(s)) for s in range(2)])
    found = []
    for by_samples in (True, False):
        v_of = (rotations.double() + 0.1).requires_grad_()
        shares = weights.clone().requires_grad_()
        with torch.no_grad():
            scores = scores_in_spaces(z @ v_of, centers.expand(2, -1, -1), weights[owner])
            assigned = nearest_in_each(scores, SIZES)
        if by_samples:
            loss = compression(z @ v_of, centers.expand(2, -1, -1), shares, assigned).sum(dim=-1)
        else:
            members = memberships(assigned, K).double()
            loss = rotated_compression(z, v_of, centers, shares[owner], members=members)
        (loss * torch.tensor([1.0, 2.0])).sum().backward()
        found.append((loss.detach(), v_of.grad, shares.grad))
    torch.testing.assert_close(*found)


def test_several_starts_at_once_are_each_start_alone(scene):
    v, centers, weights = scene
    two_centers, two_weights = torch.stack([centers, centers + 1]), torch.stack([weights, weights.flip(0)])
    owner = space_of_center(SIZES)
    scores = scores_in_spaces(v.expand(2, -1, -1), two_centers, two_weights[:, owner])
    assigned = nearest_in_each(scores, SIZES)
    losses = compression(v.expand(2, -1, -1), two_centers, two_weights, assigned)
    for place in range(2):
        alone = scores_in_spaces(v, two_centers[place], two_weights[place, owner])
        torch.testing.assert_close(scores[place], alone)
        torch.testing.assert_close(
            losses[place],
            compression(v, two_centers[place], two_weights[place], nearest_in_each(alone, SIZES)),
        )


def test_no_gradient_reaches_the_centers(scene):
    v, centers, weights = scene
    centers.requires_grad_()
    v.requires_grad_()
    compression(v, centers, weights, torch.zeros(3, B, dtype=torch.int64)).sum().backward()
    assert centers.grad is None
    assert v.grad.abs().sum() > 0


def test_departure_is_nothing_for_an_orthogonal_rotation_and_something_for_another():
    z, turned = torch.randn(9, D, dtype=torch.float64), random_rotation(D, torch.Generator().manual_seed(0))
    assert departure(z, turned) == pytest.approx(0, abs=1e-12)
    half = 0.5 * torch.eye(D, dtype=torch.float64)
    assert departure(z, half) == pytest.approx(float((0.75 * z).square().sum(dim=1).mean()))


def test_the_gradient_of_the_shares_is_what_the_paper_derives():
    torch.manual_seed(1)
    v, centers = torch.randn(40, D, dtype=torch.float64), torch.randn(4, D, dtype=torch.float64)
    b = torch.randn(D, dtype=torch.float64, requires_grad=True)
    logits = torch.stack([b, torch.zeros_like(b)])
    assigned = torch.stack([torch.arange(40) % 3, torch.full((40,), 3)])
    (compression(v, centers, space_weights(logits) ** 2, assigned).sum() * 40).backward()
    within = (v - centers[assigned[0]]).square().sum(dim=0)
    total = (v - centers[3]).square().sum(dim=0)
    beta = torch.sigmoid(b.detach())
    torch.testing.assert_close(b.grad, 2 * beta * (1 - beta) * (beta * within - (1 - beta) * total))
    best = closed_form_logits(within, total).requires_grad_()
    again = torch.stack([best, torch.zeros_like(best)])
    compression(v, centers, space_weights(again) ** 2, assigned).sum().backward()
    torch.testing.assert_close(best.grad, torch.zeros_like(best), atol=1e-9, rtol=0)


def test_equal_sums_share_a_dimension_evenly():
    same = torch.full((D,), 3.0)
    torch.testing.assert_close(torch.sigmoid(closed_form_logits(same, same)), torch.full((D,), 0.5))


def test_hardening_is_nothing_once_all_is_in_its_place():
    shared = torch.tensor([True, False])
    assert hardening(torch.tensor([[0.0, 1.0], [1.0, 0.0]]), shared) == 0
    assert hardening(torch.tensor([[0.3, 0.6], [0.7, 0.4]]), shared) == pytest.approx(0.3 + 0.4)


@pytest.mark.parametrize("spaces", [1, 2, 3, 5])
def test_a_space_starts_with_nine_tenths_of_its_own_dimensions(spaces):
    owner = torch.tensor([0, spaces - 1, -1])
    weights = space_weights(logits_of(owner, spaces))
    own = 1.0 if spaces == 1 else 0.9
    assert weights[0, 0] == pytest.approx(own)
    assert weights[spaces - 1, 1] == pytest.approx(own)
    torch.testing.assert_close(weights[:, 2], torch.full((spaces,), 1 / spaces))
    torch.testing.assert_close(weights.sum(dim=0), torch.ones(3))


def test_centers_follow_only_samples_of_their_own():
    centers, counts = torch.zeros(3, 2), torch.tensor([4.0, 4.0, 4.0])
    v = torch.tensor([[2.0, 0.0], [4.0, 0.0]])
    moved, after, sizes = follow(centers, counts, v, torch.tensor([[0, 0], [2, 2]]))
    assert sizes.tolist() == [2, 0, 2]
    assert after.tolist() == [3, 4, 3]
    torch.testing.assert_close(moved, torch.tensor([[1.0, 0], [0, 0], [1, 0]]))


def test_a_center_with_a_count_of_one_or_less_is_the_batch_mean():
    moved, _, _ = follow(
        torch.ones(1, 2), torch.tensor([0.0]), torch.tensor([[3.0, 5.0]]), torch.tensor([[0]])
    )
    torch.testing.assert_close(moved, torch.tensor([[3.0, 5.0]]))


def test_hardening_bounds_how_far_any_weight_is_from_where_it_belongs():
    own = torch.rand(20)
    shared = torch.rand(20) < 0.5
    away = torch.where(shared, own, 1 - own)
    assert hardening(torch.stack([own, 1 - own]), shared) >= away.max()


def test_hardening_drives_every_weight_towards_its_place_and_none_across_the_threshold():
    torch.manual_seed(0)
    logits = torch.randn(2, 30, requires_grad=True)
    shared = space_weights(logits)[0].detach() <= 0.6
    own = [space_weights(logits)[0].detach()]
    descent = torch.optim.SGD([logits], lr=0.5)
    for _ in range(50):
        descent.zero_grad()
        hardening(space_weights(logits), shared).backward()
        descent.step()
        own.append(space_weights(logits)[0].detach())
        assert torch.equal(own[-1] <= 0.6, shared)
    steps = torch.stack(own).diff(dim=0)
    assert (steps[:, shared] < 0).all()
    assert (steps[:, ~shared] > 0).all()


def test_a_straightened_rotation_is_orthogonal_and_its_centers_are_those_of_the_same_samples():
    turn = random_rotation(D, torch.Generator().manual_seed(0))
    z, bent = torch.randn(K, D, dtype=torch.float64), turn * torch.linspace(0.5, 1.2, D)
    found = straightened(Spaces(bent, torch.zeros(len(SIZES), D), z @ bent))
    torch.testing.assert_close(found.rotation, turn)
    torch.testing.assert_close(found.centers, z @ turn)
