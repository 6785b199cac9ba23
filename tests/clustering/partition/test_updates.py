import pytest
import torch

from clustering.partition.updates import constant, per_instance, running_count


@pytest.fixture
def batch():
    generator = torch.Generator().manual_seed(0)
    centers = torch.randn(4, 3, generator=generator, dtype=torch.float64)
    counts = torch.tensor([100.0, 3.0, 250.0, 7.0], dtype=torch.float64)
    z = torch.randn(40, 3, generator=generator, dtype=torch.float64)
    labels = torch.randint(3, (40,), generator=generator)
    return centers, counts, z, labels


def test_a_batch_moves_centers_exactly_as_its_samples_one_by_one(batch):
    centers, counts, z, labels = batch
    moved, increased = per_instance(centers, counts, z, labels)
    literal, count = centers.clone(), counts.clone()
    for sample, label in zip(z, labels.tolist(), strict=True):
        count[label] += 1
        literal[label] -= (literal[label] - sample) / count[label]
    torch.testing.assert_close(moved, literal, rtol=1e-12, atol=1e-14)
    assert torch.equal(increased, count)


def test_centers_that_have_met_nothing_become_the_batch_means(batch):
    centers, _, z, labels = batch
    moved, _ = per_instance(centers, torch.zeros(4, dtype=torch.float64), z, labels)
    torch.testing.assert_close(moved[1], z[labels == 1].mean(dim=0))


@pytest.mark.parametrize("update", [per_instance, running_count])
def test_a_cluster_without_samples_keeps_its_center_and_count(batch, update):
    centers, counts, z, labels = batch
    moved, changed = update(centers, counts, z, labels)
    assert torch.equal(moved[3], centers[3])
    assert changed[3] == counts[3]


def test_running_count_follows_its_formula(batch):
    centers, counts, z, labels = batch
    moved, changed = running_count(centers, counts, z, labels)
    for j in range(3):
        members = z[labels == j]
        count = 0.5 * counts[j] + 0.5 * len(members)
        eta = 1 / (count + 1)
        assert changed[j] == count
        torch.testing.assert_close(moved[j], (1 - eta) * centers[j] + eta * members.mean(dim=0))


def test_a_constant_rate_moves_a_center_by_a_hundred_and_first_of_the_way(batch):
    centers, _, z, labels = batch
    moved = constant(centers, z, labels)
    step = (z[labels == 0].mean(dim=0) - centers[0]) / 101
    torch.testing.assert_close(moved[0] - centers[0], step)
    assert torch.equal(moved[3], centers[3])
