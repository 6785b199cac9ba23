import pytest
import torch

from clustering.errors import InvalidData
from clustering.partition import kmedoids as module
from clustering.partition.kmedoids import kmedoids


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def cost(z, medoids):
    return torch.stack([(z - z[row]).norm(dim=1) for row in medoids]).min(dim=0).values.sum().item()


def test_medoids_are_samples_and_labels_name_the_nearest():
    z = torch.randn(50, 3, generator=seeded())
    found = kmedoids(z, 4, generator=seeded())
    assert len(set(found.medoids.tolist())) == 4
    assert torch.equal(found.labels, torch.cdist(z, z[found.medoids]).argmin(dim=1))
    assert found.cost == pytest.approx(cost(z, found.medoids), rel=1e-5)


@pytest.mark.parametrize("entries", [60, 1 << 22])
@pytest.mark.parametrize("k", [1, 2, 5])
def test_no_single_swap_is_left_that_would_lower_the_cost(k, entries, monkeypatch):
    monkeypatch.setattr(module, "BLOCK_ENTRIES", entries)
    z = torch.randn(30, 2, generator=seeded(3))
    found = kmedoids(z, k, generator=seeded())
    rows = found.medoids.tolist()
    swaps = [cost(z, [*rows[:i], row, *rows[i + 1 :]]) for i in range(k) for row in range(30)]
    assert min(swaps) >= found.cost - 1e-4


def test_one_medoid_is_the_sample_with_the_least_summed_distance():
    z = torch.randn(40, 3, generator=seeded(1))
    found = kmedoids(z, 1, generator=seeded())
    assert found.medoids.item() == torch.cdist(z, z).sum(dim=1).argmin().item()


def test_separate_groups_get_a_medoid_each_and_an_outlier_none():
    groups = torch.tensor([[0.0, 0.0], [9.0, 0.0], [0.0, 9.0]]).repeat_interleave(20, dim=0)
    z = torch.cat([groups + 0.1 * torch.randn(60, 2, generator=seeded()), torch.tensor([[30.0, 0.0]])])
    found = kmedoids(z, 3, generator=seeded())
    assert 60 not in found.medoids.tolist()
    assert sorted(row // 20 for row in found.medoids.tolist()) == [0, 1, 2]


def test_the_same_seed_gives_the_same_medoids():
    z = torch.randn(80, 2, generator=seeded())
    first, second = (kmedoids(z, 6, generator=seeded(5)) for _ in range(2))
    assert torch.equal(first.medoids, second.medoids)


def test_samples_on_one_spot_are_clustered_without_end_to_end_distance():
    assert kmedoids(torch.ones(10, 2), 3, generator=seeded()).cost == 0


def test_fewer_samples_than_clusters_are_refused():
    with pytest.raises(InvalidData):
        kmedoids(torch.ones(2, 2), 3, generator=seeded())
