from itertools import pairwise

import numpy as np
import pytest
import torch
from sklearn.metrics import normalized_mutual_info_score

from clustering.errors import InvalidData
from clustering.partition.nrkmeans import between_scatter, nrkmeans, random_rotation, rotated_pair


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def two_views(n=240, noise=2, seed=0):
    """Two independent partitions into three in two dimensions each, noise beside them, turned at random."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 3, (2, n))
    corners = np.array([[0.0, 0], [8, 0], [0, 8]])
    parts = [corners[own] + rng.normal(size=(n, 2)) for own in labels] + [rng.normal(size=(n, noise))]
    x = torch.from_numpy(np.hstack(parts))
    return x @ random_rotation(x.shape[1], seeded(5)) + 100, labels


def scatter_within(x, labels, centers):
    off = x - centers[labels]
    return off.T @ off


def cost_of(x, found):
    return sum(
        float(((x - m[own]) @ found.rotation[:, place]).square().sum())
        for m, own, place in zip(found.centers, found.labels, found.dimensions, strict=True)
    )


@pytest.mark.parametrize("clusters", [[3, 3], [3, 3, 1]])
def test_independent_partitions_are_found_in_their_own_directions(clusters):
    x, truth = two_views()
    found = nrkmeans(x, clusters, seeded(), n_init=10)
    scores = [[normalized_mutual_info_score(own, mine) for mine in found.labels[:2].numpy()] for own in truth]
    assert sorted(max(row) for row in scores) == pytest.approx([1, 1])
    assert sorted(len(place) for place in found.dimensions[:2]) in ([2, 2], [2, 4], [3, 3])
    assert found.cost == pytest.approx(cost_of(x, found))


@pytest.mark.parametrize("clusters", [[2, 4], [3, 1], [2, 2, 2], [5]])
def test_rotation_and_shares_stay_whole(clusters):
    x, _ = two_views(n=90)
    found = nrkmeans(x, clusters, seeded(1))
    torch.testing.assert_close(found.rotation.T @ found.rotation, torch.eye(6, dtype=torch.float64))
    assert sorted(torch.cat(found.dimensions).tolist()) == list(range(6))
    for own, centers, k in zip(found.labels, found.centers, clusters, strict=True):
        assert len(centers) == k
        for cluster in range(k):
            torch.testing.assert_close(centers[cluster], x[own == cluster].mean(dim=0))


@pytest.mark.parametrize("seed", range(6))
def test_no_iteration_costs_more_than_the_one_before(seed):
    x, _ = two_views(n=80, seed=seed)
    costs = [nrkmeans(x, [3, 2, 1], seeded(seed), max_iter=count).cost for count in range(1, 12)]
    assert all(later <= earlier + 1e-9 * costs[0] for earlier, later in pairwise(costs))


@pytest.mark.parametrize("seed", range(4))
def test_a_rotation_of_two_spaces_never_costs_more_and_is_the_best_share(seed):
    x, _ = two_views(n=60, seed=seed)
    x = x - x.mean(dim=0)
    rng = torch.Generator().manual_seed(seed)
    labels = [torch.randint(3, (60,), generator=rng) for _ in range(2)]
    centers = [torch.stack([x[own == c].mean(dim=0) for c in range(3)]) for own in labels]
    between = [
        between_scatter(m, torch.bincount(own, minlength=3).double())
        for m, own in zip(centers, labels, strict=True)
    ]
    within = [scatter_within(x, own, m) for own, m in zip(labels, centers, strict=True)]
    basis = random_rotation(6, rng)
    turned, count = rotated_pair((between[0], between[1]), basis, noise=False)

    def cost(directions, split):
        first, second = directions[:, :split], directions[:, split:]
        return float((first.T @ within[0] @ first).trace() + (second.T @ within[1] @ second).trace())

    least = cost(turned, count)
    assert all(least <= cost(basis, split) + 1e-9 for split in range(7))
    difference = torch.linalg.eigvalsh(within[0] - within[1])
    assert least == pytest.approx(float(within[1].trace() + difference.clamp_max(0).sum()))


def test_equal_scatters_leave_the_first_space_nothing():
    same = torch.eye(4, dtype=torch.float64)
    assert rotated_pair((same, same), random_rotation(4, seeded()), noise=False)[1] == 0


def test_one_space_is_k_means_whatever_the_rotation():
    x, _ = two_views(n=90)
    found = nrkmeans(x, [4], seeded(), n_init=5)
    own, centers = found.labels[0], found.centers[0]
    assert torch.equal(torch.cdist(x, centers).argmin(dim=1), own)
    assert found.cost == pytest.approx(float((x - centers[own]).square().sum()))


def test_a_cluster_space_beside_noise_costs_what_subkmeans_says():
    x, _ = two_views()
    found = nrkmeans(x, [3, 1], seeded(), n_init=4)
    space, noise = (found.rotation[:, place] for place in found.dimensions)
    inside = ((x - found.centers[0][found.labels[0]]) @ space).square().sum()
    outside = ((x - x.mean(dim=0)) @ noise).square().sum()
    assert found.cost == pytest.approx(float(inside + outside))


def test_large_values_and_float32_are_no_trouble():
    x, truth = two_views()
    found = nrkmeans((x * 1e4).float(), [3, 3], seeded(), n_init=10)
    best = max(normalized_mutual_info_score(truth[0], mine) for mine in found.labels.numpy())
    assert best == pytest.approx(1)


def test_duplicates_leave_clusters_empty_without_harm():
    x = torch.tensor([[0.0, 0], [1, 1]]).repeat(10, 1)
    found = nrkmeans(x, [4, 1], seeded())
    assert all(centers.isfinite().all() for centers in found.centers)


@pytest.mark.parametrize(("clusters", "says"), [([2] * 7, "spaces"), ([1, 2], "last"), ([300], "300")])
def test_what_cannot_be_shared_out_is_refused(clusters, says):
    with pytest.raises(InvalidData, match=says):
        nrkmeans(two_views()[0], clusters, seeded())


def test_the_same_seed_gives_the_same_partitions():
    x, _ = two_views()
    one, other = (nrkmeans(x, [3, 3, 1], seeded(3), n_init=3) for _ in range(2))
    assert torch.equal(one.labels, other.labels)
    assert one.cost == other.cost
