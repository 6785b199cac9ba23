import pytest
import torch

from clustering.metrics.agreement import ari
from clustering.partition.distances import nearest_center
from clustering.run import Run
from clustering.stages.random_kmeans import SHARES, RandomKMeans


def blobs(n=90, d=6, k=3):
    generator = torch.Generator().manual_seed(0)
    labels = torch.arange(n) % k
    return 6 * torch.randn(k, d, generator=generator)[labels] + torch.randn(n, d, generator=generator), labels


def learned(name, run=None):
    held = RandomKMeans(4, 3, 6)
    held.learn(run or Run(), blobs()[0], name)
    return held


@pytest.mark.parametrize("name", SHARES)
def test_blobs_are_found_again(name):
    z, labels = blobs()
    assert ari(labels, learned(name)(z)) == 1


@pytest.mark.parametrize("name", SHARES)
def test_each_clustering_gives_its_nearest_center_in_the_features_it_sees(name):
    z, held = blobs()[0], learned(name)
    for places, found in zip(held.places, held.members(z), strict=True):
        seen = places.abs().sum(dim=0) > 0
        assert seen.sum() == round(SHARES[name][1] * 6)
        assert torch.equal(found, nearest_center((z - held.middle)[:, seen], places[:, seen]))


@pytest.mark.parametrize("name", SHARES)
def test_the_same_seed_gives_the_same_centers_and_another_one_others(name):
    first, again, other = (learned(name, Run(seed=seed)).places for seed in (0, 0, 1))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
