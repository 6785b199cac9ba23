import numpy as np
import pytest
import torch
from sklearn.cluster import KMeans as Reference
from sklearn.datasets import load_digits, make_blobs
from sklearn.metrics import adjusted_rand_score

from clustering.errors import InvalidData
from clustering.partition import kmeans as partition
from clustering.partition.kmeans import kmeans, kmeans_from, means_of, seed_centers, seed_in_rounds


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.fixture(scope="module")
def blobs():
    x, _ = make_blobs(600, 5, centers=8, cluster_std=2.0, random_state=0)
    return x.astype(np.float32)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_inertia_on_blobs_is_scikit_learns_within_one_percent(blobs, seed):
    found = kmeans(torch.from_numpy(blobs), 8, generator=seeded(seed))
    reference = Reference(8, n_init=10, random_state=seed).fit(blobs)
    assert found.inertia == pytest.approx(reference.inertia_, rel=0.01)
    assert adjusted_rand_score(found.labels, reference.labels_) > 0.97


def test_the_inertia_on_digits_is_scikit_learns_within_one_percent():
    x = load_digits().data.astype(np.float32)
    found = kmeans(torch.from_numpy(x), 10, generator=seeded())
    assert found.inertia <= 1.01 * Reference(10, n_init=10, random_state=0).fit(x).inertia_


def test_from_given_centers_it_goes_where_scikit_learn_goes(blobs):
    first = blobs[:8] + 100  # samples far from zero
    found = kmeans_from(torch.from_numpy(blobs + 100), torch.from_numpy(first), max_iter=300)
    reference = Reference(8, init=first, n_init=1, tol=1e-6).fit(blobs + 100)
    assert found.inertia == pytest.approx(reference.inertia_, rel=0.02)
    assert adjusted_rand_score(found.labels, reference.labels_) > 0.97


def test_labels_are_the_nearest_centers_and_inertia_their_squared_distances(blobs):
    x = torch.from_numpy(blobs)
    found = kmeans(x, 8, generator=seeded())
    squared = np.square(blobs[:, None] - found.centers.numpy()).sum(2)
    np.testing.assert_array_equal(found.labels, squared.argmin(1))
    assert found.inertia == pytest.approx(squared.min(1).sum(), rel=1e-4)
    assert found.empty == 0


def test_steps_beyond_the_means_take_fewer_iterations_to_no_larger_inertia(monkeypatch):
    """Without groups, Lloyd's moves get small slowly."""
    x, means, counts, inertia = torch.rand(4000, 5, generator=seeded()), partition.moved_means, [], []

    def counted(*given):
        counts[-1] += 1
        return means(*given)

    monkeypatch.setattr(partition, "moved_means", counted)
    for relaxation in (1.0, 1.5):
        monkeypatch.setattr(partition, "RELAXATION", relaxation)
        counts.append(0)
        inertia.append(kmeans(x, 8, generator=seeded()).inertia)
    assert counts[1] < 0.9 * counts[0]
    assert inertia[1] < 1.001 * inertia[0]


def test_centers_are_the_means_of_their_labels_but_for_the_last_small_move(blobs):
    x = torch.from_numpy(blobs)
    found = kmeans(x, 8, generator=seeded())
    means, _ = means_of(x, found.labels, 8)
    assert (found.centers - means).square().sum() < 1e-4 * x.var(dim=0, correction=0).mean()


def test_the_same_seed_gives_the_same_partition_bit_for_bit(blobs):
    first, second = (kmeans(torch.from_numpy(blobs), 8, generator=seeded(3)) for _ in range(2))
    assert torch.equal(first.centers, second.centers)
    assert torch.equal(first.labels, second.labels)


def test_samples_far_from_the_origin_cluster_as_well_as_samples_around_it(blobs):
    x = torch.from_numpy(blobs)
    near, far = kmeans(x, 8, generator=seeded()), kmeans(x + 10_000, 8, generator=seeded())
    assert adjusted_rand_score(near.labels, far.labels) > 0.97


def test_fewer_distinct_samples_than_clusters_leave_clusters_empty_and_counted():
    x = torch.tensor([[0.0, 0.0], [1.0, 0.0], [5.0, 5.0]]).repeat(10, 1)
    found = kmeans(x, 6, generator=seeded())
    assert found.empty == 3
    assert found.inertia == pytest.approx(0, abs=1e-9)
    assert torch.isfinite(found.centers).all()


def test_samples_that_are_all_the_same_form_one_cluster():
    found = kmeans(torch.ones(9, 2), 4, generator=seeded())
    assert found.empty == 3
    assert torch.equal(found.centers, torch.ones(4, 2))


def test_a_sample_in_the_middle_between_two_centers_counts_once():
    x = torch.tensor([[-1.0], [0.0], [1.0]])
    found = kmeans(x, 2, generator=seeded())
    middle = found.labels[1]
    assert found.labels[0] != found.labels[2]
    assert sorted(found.centers.flatten().abs().tolist()) == [0.5, 1.0]
    assert found.centers[middle].abs() == 0.5


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_one_feature_and_two_clusters_split_a_line(dtype):
    found = kmeans(torch.tensor([[0.0], [0.1], [0.2], [9.0], [9.1]], dtype=dtype), 2, generator=seeded())
    assert found.centers.dtype == dtype
    assert len(set(found.labels[:3].tolist())) == len(set(found.labels[3:].tolist())) == 1
    assert found.labels[0] != found.labels[4]


def test_as_many_clusters_as_samples_give_each_its_own():
    found = kmeans(torch.arange(5.0)[:, None], 5, generator=seeded())
    assert sorted(found.labels.tolist()) == [0, 1, 2, 3, 4]


def test_more_clusters_than_samples_are_refused():
    with pytest.raises(InvalidData, match="3 samples cannot form 4 clusters"):
        kmeans(torch.zeros(3, 2), 4, generator=seeded())


def test_values_that_are_not_finite_are_refused():
    with pytest.raises(InvalidData, match="NaN or infinity"):
        kmeans(torch.tensor([[1.0], [float("nan")]]), 2, generator=seeded())


def test_blocks_change_nothing_but_memory(blobs, monkeypatch):
    x = torch.from_numpy(blobs)
    whole = kmeans(x, 8, generator=seeded())
    monkeypatch.setattr("clustering.partition.distances.BLOCK_ENTRIES", 256)
    blocked = kmeans(x, 8, generator=seeded())
    assert torch.equal(whole.labels, blocked.labels)


def test_seeds_are_distinct_samples_while_there_are_distinct_samples_left(blobs):
    x = torch.from_numpy(blobs)
    seeds = seed_centers(x, 20, seeded())
    assert len(seeds.unique(dim=0)) == 20
    assert all((x == seed).all(dim=1).any() for seed in seeds)


def test_means_and_sizes_are_those_of_numpy_and_zero_for_an_empty_cluster():
    z = torch.arange(8.0).reshape(4, 2)
    means, sizes = means_of(z, torch.tensor([2, 0, 2, 2]), 4)
    np.testing.assert_allclose(means, [[2, 3], [0, 0], [10 / 3, 13 / 3], [0, 0]], rtol=1e-6)
    assert sizes.tolist() == [1, 0, 3, 0]


def test_rounds_of_far_samples_reach_every_group_and_repeat():
    groups = torch.arange(12).repeat_interleave(20)
    z = 100.0 * torch.eye(12)[groups] + torch.randn(240, 12, generator=torch.Generator().manual_seed(0))
    rows = seed_in_rounds(z, 48, torch.Generator().manual_seed(1), together=4)
    assert rows.shape == (48,)
    assert set(groups[rows].tolist()) == set(range(12))
    assert torch.equal(rows, seed_in_rounds(z, 48, torch.Generator().manual_seed(1), together=4))


def test_rounds_over_equal_samples_choose_among_them():
    assert seed_in_rounds(torch.ones(5, 2), 4, torch.Generator(), together=3).shape == (4,)
