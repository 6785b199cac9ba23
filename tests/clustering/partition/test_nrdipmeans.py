import pytest
import torch

from clustering.metrics.agreement import nmi
from clustering.partition.nonredundant import Options
from clustering.partition.nrdipmeans import nrdipmeans
from tests.clustering.partition.subspaces import seeded, two_subspaces


def test_clusters_are_split_until_each_shows_one_mode():
    """By a seed that ends there: about half of all do, the others split a cluster too often."""
    x, truth = two_subspaces(noise=0)
    found = nrdipmeans(x, 2, seeded(3), max_clusters=20, options=Options(prune=True))
    assert found.counts == [3, 3]
    assert min(max(nmi(each, labels) for labels in found.labels) for each in truth) == pytest.approx(1)


def test_no_space_has_more_clusters_than_allowed():
    x, _ = two_subspaces(noise=0)
    assert nrdipmeans(x, 2, seeded(), max_clusters=2, options=Options(prune=True)).counts == [2, 2]


def test_samples_with_one_mode_keep_two_clusters():
    x = torch.rand(300, 2, generator=seeded(), dtype=torch.float64)
    assert nrdipmeans(x, 1, seeded(), max_clusters=20, options=Options(prune=True)).counts == [2]
