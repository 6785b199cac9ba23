import numpy as np
import pytest
import torch
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

from clustering.metrics import crossings as module
from clustering.metrics.agreement import variation_of_information
from clustering.metrics.crossings import crossings, mean_of_pairs, nmi_of_pairs


def labelings(m=5, n=200, k=4, seed=0):
    rng = np.random.default_rng(seed)
    common = rng.integers(0, k, n)
    return torch.from_numpy(np.where(rng.random((m, n)) < 0.5, rng.integers(0, k, (m, n)), common))


def pairwise(labels, measure=normalized_mutual_info_score):
    return [[measure(a, b) for b in labels] for a in labels]


def test_every_pair_has_the_value_of_scikit_learn():
    labels = labelings()
    found = crossings(labels, 4)
    np.testing.assert_allclose(found.nmi(), pairwise(labels), atol=1e-12)
    np.testing.assert_allclose(found.ari(), pairwise(labels, adjusted_rand_score), atol=1e-12)
    np.testing.assert_allclose(found.vi(), pairwise(labels.numpy(), variation_of_information), atol=1e-12)


def test_clusters_that_no_sample_has_change_nothing():
    labels = labelings()
    torch.testing.assert_close(nmi_of_pairs(labels, 9), nmi_of_pairs(labels, 4))


@pytest.mark.parametrize("numbers", [1, 30, 1000])
def test_small_blocks_give_the_same(numbers, monkeypatch):
    labels = labelings()
    whole = crossings(labels, 4)
    monkeypatch.setattr(module, "BLOCK_NUMBERS", numbers)
    part = crossings(labels, 4)
    torch.testing.assert_close(part.entropy, whole.entropy)
    torch.testing.assert_close(part.pairs, whole.pairs)


def test_renamed_labelings_agree_fully_and_independent_ones_not_at_all():
    a, b = torch.arange(12) % 3, torch.arange(12) // 3 % 4
    found = nmi_of_pairs(torch.stack([a, (a + 1) % 3, torch.arange(12) // 4]), 3)
    assert found[0, 1].item() == pytest.approx(1)
    assert nmi_of_pairs(torch.stack([a, b]), 4)[0, 1].item() == pytest.approx(
        normalized_mutual_info_score(a, b), abs=1e-12
    )
    assert nmi_of_pairs(torch.stack([torch.arange(12) % 3, torch.arange(12) // 3]), 4)[0, 1] == pytest.approx(
        0, abs=1e-12
    )


def test_single_groups_agree_with_each_other_alone():
    labels = torch.stack([torch.zeros(6).long(), torch.ones(6).long(), torch.arange(6) % 2])
    np.testing.assert_allclose(nmi_of_pairs(labels, 2), pairwise(labels), atol=1e-12)
    np.testing.assert_allclose(crossings(labels, 2).ari(), pairwise(labels, adjusted_rand_score), atol=1e-12)


def test_the_mean_is_over_pairs_of_different_labelings():
    matrix = torch.tensor([[1.0, 0.2, 0.4], [0.2, 1.0, 0.6], [0.4, 0.6, 1.0]])
    assert mean_of_pairs(matrix).item() == pytest.approx(0.4)
    assert mean_of_pairs(torch.ones(1, 1)).item() == 1
