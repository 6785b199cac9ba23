import pytest
import torch

from clustering.params import parse
from clustering.run import Run
from clustering.stages.centers import first_centers, place, some

IDEC = {"method": "idec", "n_clusters": 3, "embedding_dim": 2, "net": {"type": "mlp", "hidden": [8]}}


def test_first_centers_are_the_means_of_separate_groups():
    groups = torch.tensor([[0.0, 0.0], [9.0, 0.0], [0.0, 9.0]])
    z = groups.repeat_interleave(20, dim=0) + 0.01 * torch.randn(
        60, 2, generator=torch.Generator().manual_seed(0)
    )
    centers = first_centers(Run(), z, parse(IDEC))
    assert torch.cdist(groups, centers).min(dim=1).values.max() < 0.02


def test_first_centers_come_from_as_many_samples_as_allowed_and_at_least_one_a_cluster():
    centers = first_centers(Run(), torch.arange(10.0)[:, None], parse(IDEC | {"kmeans_samples": 2}))
    assert set(centers.flatten().tolist()) <= set(range(10))


@pytest.mark.parametrize("offset", [0.0, 1.0])
@pytest.mark.parametrize("size", [1e-12, 1.0, 1e9])
def test_first_centers_of_too_few_distinct_embeddings_all_differ_by_little_of_their_spread(size, offset):
    z = size * (offset + torch.tensor([[0.0, 0.0], [5.0, 5.0]]).repeat(10, 1))
    centers = first_centers(Run(), z, parse(IDEC | {"n_clusters": 4}))
    assert len(centers.unique(dim=0)) == 4
    off = (centers[:, None] - z).abs().amax(dim=2).min(dim=1).values
    assert off.max() < 1e-4 * size


@pytest.mark.parametrize("value", [0.0, 3.0, 1e9])
def test_first_centers_of_embeddings_on_one_spot_all_differ(value):
    centers = first_centers(Run(), torch.full((20, 2), value), parse(IDEC))
    assert len(centers.unique(dim=0)) == 3
    assert (centers - value).abs().max() <= 1e-5 * max(value, 1)


@pytest.mark.parametrize("by", ["kmeans", "kmeans++", "kmedoids", "em", "random"])
def test_centers_differ_and_repeat_with_their_seed(by):
    z = torch.randn(50, 2, generator=torch.Generator().manual_seed(0)).repeat(3, 1)
    first, second = (place(z, 6, torch.Generator().manual_seed(1), by=by, n_init=2) for _ in range(2))
    assert torch.equal(first, second)
    assert first.shape == (6, 2) and len(first.unique(dim=0)) == 6


def test_random_centers_of_a_few_distinct_embeddings_are_each_of_them():
    z = torch.tensor([[0.0], [1.0], [1.0], [1.0], [1.0], [5.0]]).repeat(20, 1)
    centers = place(z, 3, torch.Generator().manual_seed(0), by="random")
    assert sorted(centers.flatten().tolist()) == [0, 1, 5]


def test_some_of_the_positions_ascend_and_are_all_where_there_are_no_more():
    generator = torch.Generator().manual_seed(0)
    part = some(100, 30, generator).tolist()
    assert part == sorted(set(part)) and len(part) == 30 and part != list(range(30))
    assert some(5, 30, generator).tolist() == [0, 1, 2, 3, 4]
