import numpy as np
import pytest
import torch

from clustering.partition import distances
from clustering.partition.parting import parted
from clustering.partition.points import Points


@pytest.fixture
def x():
    return torch.randn(83, 4, generator=torch.Generator().manual_seed(0), dtype=torch.float64)


def by_hand(x, centers):
    labels = np.square(x.numpy()[:, None] - centers.numpy()).sum(2).argmin(1)
    return labels, [x.numpy()[labels == k] for k in range(len(centers))]


@pytest.mark.parametrize("entries", [1 << 22, 64])
def test_several_sets_of_centers_part_samples_as_each_would_alone(x, entries, monkeypatch):
    monkeypatch.setattr(distances, "BLOCK_ENTRIES", entries)
    sets = [x[:5] + 0.1, x[10:12], x[20:21]]
    for centers, found in zip(sets, parted(Points(x), sets), strict=True):
        labels, members = by_hand(x, centers)
        np.testing.assert_array_equal(found.labels, labels)
        np.testing.assert_array_equal(found.sizes, [len(part) for part in members])
        np.testing.assert_allclose(found.means, [part.mean(0) for part in members], atol=1e-12)
        assert not found.empty


def test_a_tie_goes_to_the_lower_center_and_leaves_the_other_sets_as_they_are(x):
    twice, plain = parted(Points(x), [torch.cat([x[:2], x[:2]]), x[:3]])
    labels, members = by_hand(x, x[:2])
    np.testing.assert_array_equal(twice.labels, labels)
    np.testing.assert_array_equal(twice.sizes, [*map(len, members), 0, 0])
    np.testing.assert_allclose(twice.means[:2], [part.mean(0) for part in members], atol=1e-12)
    assert twice.means[2:].eq(0).all()
    assert twice.empty
    np.testing.assert_array_equal(plain.labels, by_hand(x, x[:3])[0])


def test_a_center_without_samples_is_told(x):
    far = torch.cat([x[:2], x[:1] + 1e3])
    (found,) = parted(Points(x), [far])
    assert found.empty
    assert found.sizes[2] == 0
