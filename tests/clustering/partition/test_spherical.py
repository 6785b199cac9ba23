import numpy as np
import pytest
import torch
from sklearn.cluster import KMeans as Reference
from torch.nn.functional import normalize

from clustering.errors import InvalidData
from clustering.metrics.agreement import accuracy
from clustering.partition.spherical import spherical_kmeans


def found(z, k, seed=0, **given):
    return spherical_kmeans(z, k, generator=torch.Generator().manual_seed(seed), **given)


def cones(n=90, k=3, d=5, seed=0):
    """Directions around k axes, with random lengths, and their axes."""
    rng = np.random.default_rng(seed)
    labels = np.arange(n) % k
    z = (np.eye(d)[labels] + 0.2 * rng.normal(size=(n, d))) * rng.uniform(0.01, 100, (n, 1))
    return torch.from_numpy(z).float(), labels


def test_directions_are_told_apart_however_long_they_are():
    z, labels = cones()
    told = found(z, 3)
    assert accuracy(labels, told.labels.numpy()) == 1
    again = found(normalize(z, dim=1) * 7, 3)
    assert torch.equal(told.labels, again.labels)


def test_centers_have_length_1_and_labels_the_largest_cosine():
    z, _ = cones()
    told = found(z, 4)
    torch.testing.assert_close(told.centers.norm(dim=1), torch.ones(4))
    assert torch.equal(told.labels, (normalize(z, dim=1) @ told.centers.T).argmax(dim=1))


def test_centers_are_the_directions_of_their_clusters():
    z, _ = cones()
    told, unit = found(z, 3), normalize(z, dim=1).double()
    for k in range(3):
        total = unit[told.labels == k].sum(dim=0)
        torch.testing.assert_close(told.centers[k].double(), total / total.norm(), rtol=0, atol=1e-3)
    chords = (unit - told.centers.double()[told.labels]).square().sum()
    assert told.inertia == pytest.approx(chords.item(), rel=1e-4)


def test_random_directions_are_cut_as_well_as_by_lloyd_with_normalized_centers():
    unit = normalize(torch.randn(200, 6, generator=torch.Generator().manual_seed(0)), dim=1)
    plain = Reference(8, n_init=10, random_state=0).fit(unit.numpy())
    centers = normalize(torch.from_numpy(plain.cluster_centers_), dim=1)
    reference = float((2 - 2 * (unit @ centers.T).amax(dim=1)).sum())
    assert found(unit, 8).inertia < 1.01 * reference


def test_the_same_seed_gives_the_same_partition():
    z, _ = cones()
    assert torch.equal(found(z, 5, seed=3).centers, found(z, 5, seed=3).centers)


def test_opposite_directions_of_one_cluster_leave_its_center_where_it_was():
    z = torch.tensor([[1.0, 0.0], [-1.0, 0.0]])
    told = found(z, 1)
    assert abs(float(told.centers[0, 0])) == 1
    assert told.centers.isfinite().all()


def test_fewer_distinct_directions_than_clusters_leave_some_empty():
    z = torch.tensor([[1.0, 0.0], [3.0, 0.0], [0.0, 2.0], [0.0, 0.5]])
    told = found(z, 3)
    assert told.empty == 1
    assert len(set(told.labels[:2].tolist())) == len(set(told.labels[2:].tolist())) == 1


def test_samples_without_length_are_taken():
    told = found(torch.zeros(4, 3), 2)
    assert told.centers.isfinite().all()
    assert len(told.labels) == 4


@pytest.mark.parametrize(
    ("z", "said"), [(torch.zeros(2, 3), "2 samples"), (torch.full((5, 3), torch.nan), "NaN")]
)
def test_what_cannot_be_cut_is_refused(z, said):
    with pytest.raises(InvalidData, match=said):
        found(z, 3)
