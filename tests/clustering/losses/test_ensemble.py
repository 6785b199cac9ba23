import itertools
import math

import pytest
import torch

from clustering.losses.ensemble import cross_entropies, held_weights, loss_weights, pulls, ramp_up


@pytest.fixture
def drawn():
    generator = torch.Generator().manual_seed(0)
    z = torch.randn(7, 3, generator=generator, dtype=torch.float64)
    centers = torch.randn(2, 4, 3, generator=generator, dtype=torch.float64)
    logits = torch.randn(7, 2, 4, generator=generator, dtype=torch.float64)
    labels = torch.randint(4, (7, 2), generator=generator)
    return z, centers, logits, labels


def test_cross_entropies_are_the_papers_eq_4_written_as_loops(drawn):
    _, _, logits, labels = drawn
    found = cross_entropies(logits.log_softmax(dim=2), labels)
    for i in range(2):
        g = logits[:, i].exp() / logits[:, i].exp().sum(dim=1, keepdim=True)
        expected = -sum(math.log(g[j, labels[j, i]]) for j in range(7)) / 7
        assert float(found[i]) == pytest.approx(expected)


def test_pulls_are_the_codes_eq_5_written_as_loops(drawn):
    z, centers, logits, labels = drawn
    confidence = logits.softmax(dim=2).amax(dim=2)
    found = pulls(z, centers, labels, confidence)
    for i in range(2):
        total = 0.0
        for j in range(7):
            difference = centers[i, labels[j, i]] - z[j]
            total += float(confidence[j, i]) * sum(float(each) ** 2 for each in difference) / 3
        assert float(found[i]) == pytest.approx(total / 7)


def test_nothing_pulls_embeddings_that_lie_on_their_centers(drawn):
    _, centers, _, _ = drawn
    same = centers[:1].expand(2, 4, 3)
    labels = torch.arange(4)[:, None].expand(4, 2)
    assert pulls(same[0], same, labels, torch.ones(4, 2)).tolist() == [0, 0]


def test_confidence_and_centers_get_no_gradient_from_the_pull(drawn):
    z, centers, logits, labels = drawn
    leaves = [each.requires_grad_() for each in (z, centers, logits)]
    pulls(z, centers, labels, logits.softmax(dim=2).amax(dim=2)).sum().backward()
    assert [each.grad is None for each in leaves] == [False, True, True]


def test_the_pull_rises_from_a_little_to_its_full_weight_in_round_6_of_10():
    weights = [ramp_up(t, 10, 4.0) for t in range(12)]
    assert weights[0] == pytest.approx(4 * math.exp(-5))
    assert all(a < b for a, b in itertools.pairwise(weights[:7]))
    assert weights[3] == pytest.approx(4 * math.exp(-5 * (1 - 5 / 11) ** 2))
    assert weights[6:] == [4.0] * 6


def test_members_that_agree_fully_leave_nothing_to_the_reconstruction():
    members, structure = loss_weights(torch.ones(4), "code")
    assert members.tolist() == [0.25] * 4
    assert structure == 0


def test_the_codes_weights_drop_random_members_and_the_papers_keep_them():
    agreements = torch.tensor([0.8, 0.6, 0.01])
    members, structure = loss_weights(agreements, "code")
    torch.testing.assert_close(members, torch.tensor([0.8 / 3, 0.2, 0.0]))
    assert structure == pytest.approx(1 - 1.41 / 3)
    assert loss_weights(agreements, "paper") == (agreements, 1.0)


def test_without_weighting_all_members_count_alike():
    members, structure = loss_weights(torch.tensor([0.9, 0.0]), "none")
    assert (members.tolist(), structure) == ([0.5, 0.5], 1.0)


def test_held_out_samples_are_judged_by_the_sum_of_eq_6():
    agreements = torch.tensor([0.9, 0.005, 0.5])
    assert held_weights(agreements, "code").tolist() == pytest.approx([0.9, 0, 0.5])
    assert held_weights(agreements, "paper").tolist() == pytest.approx([0.9, 0.005, 0.5])
    assert held_weights(agreements, "none").tolist() == pytest.approx([1, 1, 1])
