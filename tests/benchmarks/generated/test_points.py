import numpy as np
import pytest
from sklearn.cluster import KMeans

from benchmarks.generated.points import (
    crescents,
    moons_and_blobs,
    rings_and_blobs,
    subspaces,
    synth25,
)
from clustering.metrics.agreement import nmi

GENERATORS = (synth25, moons_and_blobs, subspaces)


@pytest.mark.parametrize("generator", GENERATORS)
def test_a_seed_makes_the_same_points_again_and_another_makes_others(generator):
    first, again, other = generator(300, seed=1), generator(300, seed=1), generator(300, seed=2)
    assert (first.x == again.x).all()
    assert (first.x != other.x).any()
    assert first.x.dtype == np.float32
    assert {len(labels) for labels in first.labels.values()} == {len(first.x)} == {300}


def test_four_clusters_stand_in_the_first_two_of_27_dimensions_and_in_no_other():
    x, labels = synth25()
    y = labels["cluster"]
    assert x.shape == (12_000, 27)
    assert np.bincount(y).tolist() == [3000] * 4
    within = np.mean([x[y == k].var(0) for k in range(4)], axis=0) / x.var(0)
    assert within[:2].max() < 0.1
    assert within[2:].min() > 0.99
    assert nmi(y, KMeans(4, n_init=3, random_state=0).fit(x[:, :2]).labels_) == 1


def test_moons_are_no_spheres_and_blobs_are():
    x, labels = moons_and_blobs()
    y = labels["cluster"]
    assert x.shape == (3000, 2)
    assert np.bincount(y).tolist() == [1000, 1000, 500, 500]
    assert np.linalg.norm(x[y == 0], axis=1).std() < 0.06
    assert x[y == 2].std(0).max() < 0.03 < x[y == 3].std(0).min()


def test_crescents_are_thick_and_as_large_as_each_other():
    x, labels = crescents(2000)
    y = labels["cluster"]
    assert np.bincount(y).tolist() == [1000, 1000]
    assert abs(np.linalg.norm(x[y == 0], axis=1) - 1).mean() == pytest.approx(0.08, abs=0.02)
    assert nmi(y, KMeans(2, n_init=3, random_state=0).fit(x).labels_) < 0.5


def test_rings_lie_around_each_other_and_blobs_around_them():
    x, labels = rings_and_blobs(5000)
    radius, y = np.linalg.norm(x, axis=1), labels["cluster"]
    assert np.bincount(y).tolist() == [500] * 10
    assert [radius[y == ring].mean() for ring in range(3)] == pytest.approx([1, 2, 3], abs=0.05)
    assert radius[y >= 3].min() > radius[y < 3].max()
    assert [x[y == blob].std(0).max() < 0.6 for blob in range(3, 10)] == [True] * 7


def test_planes_are_independent_and_lie_in_no_axis():
    x, labels = subspaces(900)
    first, second = labels.values()
    assert x.shape == (900, 6)
    assert nmi(first, second) < 1e-9
    plain, _ = subspaces(900, turned=False)
    assert np.allclose(np.linalg.norm(x, axis=1), np.linalg.norm(plain, axis=1), rtol=1e-4)
    for label, plane in ((first, plain[:, :2]), (second, plain[:, 2:4])):
        assert nmi(label, KMeans(3, n_init=3, random_state=0).fit(plane).labels_) > 0.99
