import numpy as np
import pytest
import torch

from clustering.stages.partitions import (
    batch_means,
    followed,
    one_hot,
    split,
    standardized,
    without_small,
)


def drawn(n=200, q=3, k=12, seed=0):
    skewed = torch.arange(k).float().neg().exp().expand(q, k)
    return torch.multinomial(skewed, n, replacement=True, generator=torch.Generator().manual_seed(seed))


def test_standardized_dimensions_have_mean_0_and_variance_1_and_constant_ones_are_0():
    z = torch.randn(50, 3) * 7 + 100
    z[:, 2] = 0.1
    out = standardized(z)
    torch.testing.assert_close(out.mean(dim=0), torch.zeros(3), atol=1e-5, rtol=0)
    torch.testing.assert_close(out.std(dim=0, correction=0), torch.tensor([1.0, 1, 0]), atol=1e-5, rtol=0)


def test_small_clusters_are_gone_and_leaving_them_out_again_changes_nothing():
    found = without_small(drawn(), 6)
    for row in found.labels.T:
        assert torch.bincount(row).min() >= 6
    again = without_small(found.labels.T.contiguous(), 6)
    assert torch.equal(again.labels, found.labels)
    assert torch.equal(again.rows, torch.arange(len(found.rows)))


def test_labels_are_contiguous_and_none_are_merged():
    labels = drawn()
    found = without_small(labels, 6)
    for row, before in zip(found.labels.T, labels[:, found.rows], strict=True):
        assert torch.equal(row.unique(), torch.arange(int(row.max()) + 1))
        assert len(torch.unique(torch.stack([row, before]), dim=1).T) == len(before.unique())
    assert found.counts.tolist() == [int(row.max()) + 1 for row in found.labels.T]


def test_a_removal_that_makes_another_cluster_small_goes_on():
    labels = torch.tensor([[0] * 5 + [1] * 15, [0] * 10 + [1] * 10])
    assert without_small(labels, 6).rows.tolist() == list(range(10, 20))


def test_outliers_are_left_out_unless_they_are_all_there_is():
    labels = torch.tensor([[0] * 8 + [-1] * 2, [0] * 5 + [1] * 5])
    assert without_small(labels, 1).rows.tolist() == list(range(8))
    nothing = without_small(torch.full((2, 4), -1), 6)
    assert nothing.labels.tolist() == [[0, 0]] * 4


def test_where_all_clusters_are_small_all_stay():
    found = without_small(torch.tensor([[0, 0, 1, 1], [0, 1, 2, 3]]), 6)
    assert found.rows.tolist() == [0, 1, 2, 3]
    assert found.counts.tolist() == [2, 4]


@pytest.mark.parametrize("holdout", [0.1, 0.5, 0.9])
def test_both_parts_hold_every_label_and_together_every_sample(holdout):
    labels = without_small(drawn(), 1).labels
    train, held = split(labels, holdout, torch.Generator().manual_seed(0))
    assert sorted(set(train.tolist()) | set(held.tolist())) == list(range(len(labels)))
    for row in labels.T:
        assert set(row[train].tolist()) == set(row[held].tolist()) == set(row.tolist())


def test_a_single_sample_is_in_both_parts():
    train, held = split(torch.zeros(1, 2, dtype=torch.int64), 0.5, torch.Generator())
    assert train.tolist() == held.tolist() == [0]


def test_means_by_one_product_are_the_means_of_each_cluster():
    z, labels = torch.randn(20, 3), torch.randint(3, (20, 2))
    means, sizes = batch_means(z, one_hot(labels, 4))
    for i in range(2):
        for j in range(4):
            of_cluster = z[labels[:, i] == j]
            assert sizes[i, j] == len(of_cluster)
            expected = of_cluster.mean(dim=0) if len(of_cluster) else torch.zeros(3)
            torch.testing.assert_close(means[i, j], expected)


def test_centers_go_half_way_to_their_batch_means_and_stay_without_samples():
    z, centers = torch.ones(2, 3), torch.zeros(1, 2, 3)
    moved = followed(centers, z, one_hot(torch.zeros(2, 1, dtype=torch.int64), 2))
    np.testing.assert_allclose(moved, [[[0.5] * 3, [0.0] * 3]])
