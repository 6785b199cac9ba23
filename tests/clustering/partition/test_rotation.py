import numpy as np
import pytest
import torch

from clustering.partition.nonredundant import Options, Start
from clustering.partition.nrkmeans import refined
from clustering.partition.rotation import (
    cheapest_count,
    negative,
    random_rotation,
    random_shares,
    shared_out,
    turned,
    turned_by_means,
)
from clustering.partition.subspace import Samples, clustered
from tests.clustering.partition.subspaces import scatter_of, seeded


def cost_of(x, labels, rotation, shares):
    """Σ_s tr(P_sᵀ Vᵀ S_s V P_s) with scatter matrices summed sample by sample."""
    total = 0.0
    for own, share in zip(labels, shares, strict=True):
        v = rotation[:, share].numpy()
        total += np.trace(v.T @ scatter_of(x.numpy(), own.numpy()) @ v)
    return total


@pytest.mark.parametrize("d", [1, 2, 9])
def test_a_random_rotation_is_orthogonal(d):
    v = random_rotation(d, seeded())
    np.testing.assert_allclose(v.T @ v, np.eye(d), atol=1e-12)


def test_random_shares_cover_all_dimensions_nearly_evenly():
    shares = random_shares(11, 3, seeded())
    assert sorted(torch.cat(shares).tolist()) == list(range(11))
    assert sorted(map(len, shares)) == [3, 4, 4]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("clusters", [(3, 2), (4, 1), (3, 2, 2), (2, 3, 1)])
def test_no_half_step_raises_the_cost(clusters, seed):
    generator = seeded(seed)
    x = torch.randn(60, 6, generator=generator, dtype=torch.float64)
    x -= x.mean(dim=0)
    samples = Samples(x)
    centers = [x[torch.randperm(60, generator=generator)[:k]] for k in clusters]
    shares = random_shares(6, len(clusters), generator)
    start = Start(random_rotation(6, generator), shares, centers)
    last = np.inf
    for _ in range(6):
        parts = clustered(samples, start, Options())
        labels = [part.labels for part in parts]
        assigned = cost_of(x, labels, start.rotation, start.dimensions)
        rotation, shares = shared_out(samples, parts, start, None)
        np.testing.assert_allclose(rotation.T @ rotation, np.eye(6), atol=1e-10)
        assert sorted(torch.cat(shares).tolist()) == list(range(6))
        rotated = cost_of(x, labels, rotation, shares)
        assert rotated <= assigned * (1 + 1e-9) <= last * (1 + 2e-9)
        start, last = Start(rotation, shares, [part.centers for part in parts]), rotated


def test_directions_come_by_rising_difference_of_the_scatters():
    first, second = (torch.diag(torch.tensor(values)).double() for values in ([5, 1, 3], [1, 4, 3]))
    basis, values = turned(torch.eye(3, dtype=torch.float64), (first, second))
    assert values.tolist() == [-3, 0, 4]
    assert basis.abs().argmax(dim=0).tolist() == [1, 2, 0]


@pytest.mark.parametrize(("dimensions", "clusters"), [(9, (3, 2)), (9, (4, 1)), (4, (3, 4)), (1, (2, 2))])
def test_means_alone_turn_directions_as_whole_scatters_do(dimensions, clusters):
    x = torch.randn(50, 9, generator=seeded(), dtype=torch.float64)
    x -= x.mean(dim=0)
    start = Start(random_rotation(9, seeded(1)), [torch.arange(9)] * 2, [x[:k] for k in clusters])
    first, second = clustered(Samples(x), start, Options())
    basis = start.rotation[:, :dimensions]
    _, expected = turned(basis, (first.scatter, second.scatter))
    found, values = turned_by_means(basis, (first.roots, second.roots))
    np.testing.assert_allclose(values, expected, atol=1e-9)
    np.testing.assert_allclose(found.T @ found, np.eye(dimensions), atol=1e-12)
    np.testing.assert_allclose(basis @ (basis.T @ found), found, atol=1e-12)
    scatters = [scatter_of(x.numpy(), part.labels.numpy()) for part in (first, second)]
    turned_back = found.numpy().T @ (scatters[0] - scatters[1]) @ found.numpy()
    np.testing.assert_allclose(turned_back, np.diag(values), atol=1e-9)


def test_equal_scatters_leave_the_first_space_no_direction():
    assert negative(torch.zeros(4), noise=False) == negative(torch.zeros(4), noise=True) == 0


def test_rounding_takes_nothing_from_the_noise():
    values = torch.tensor([-5.0, -1e-8, 0.0, 1.0])
    assert (negative(values, noise=True), negative(values, noise=False)) == (1, 2)


@pytest.mark.parametrize(
    ("costs", "count"), [([5, 4, 3], 3), ([5, 4, 4, 1], 2), ([5, 6, 1], 1), ([9], 1), ([], 0)]
)
def test_directions_are_taken_while_the_cost_falls(costs, count):
    assert cheapest_count(lambda taken: costs[taken - 1], len(costs)) == count


@pytest.mark.parametrize(("prune", "spaces"), [(True, 1), (False, 2)])
def test_a_space_without_directions_is_dropped_or_stays_empty(prune, spaces):
    x = torch.tensor([[1.0, 2, 3, 4], [5.0, 7, 9, 11]]).repeat(9, 1)
    start = Start(torch.eye(4, dtype=torch.float64), torch.arange(4).split([2, 2]), [x[:2], x[:2]])
    found = refined(x, start, Options(prune=prune))
    assert len(found.dimensions) == len(found.labels) == len(found.centers) == spaces
    assert sorted(torch.cat(found.dimensions).tolist()) == list(range(4))


def test_without_description_length_a_space_takes_all_directions_in_which_it_costs_less_than_the_noise():
    x = torch.randn(80, 5, generator=seeded(), dtype=torch.float64)
    x[:40, :2] += 6
    samples = Samples(x - x.mean(dim=0))
    start = Start(
        torch.eye(5, dtype=torch.float64), torch.arange(5).split([1, 4]), [samples.x[[0, 79]], samples.x[:1]]
    )
    parts = clustered(samples, start, Options())
    seen = samples.x.numpy()
    values = np.linalg.eigvalsh(scatter_of(seen, parts[0].labels.numpy()) - seen.T @ seen)
    _, shares = shared_out(samples, parts, start, None)
    assert len(shares[0]) == (values < -1e-7 * np.abs(values).max()).sum() == 1
