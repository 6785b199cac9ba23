import warnings

import numpy as np
import pytest
import torch

from clustering.errors import Cancelled
from clustering.metrics.agreement import ari
from clustering.partition.uspec.clusterer import Settings, USpec
from clustering.run import Progress, Run
from clustering.stages.base_clusterings import Base, cluster_all
from clustering.train import epochs
from tests.clustering.partition.uspec.blobs import blobs


def made(run=None, ks=(4, 5, 9), n=200, p=40):
    """Base clusterings of blobs, and their clusterers."""
    run = run or Run()
    run.journal.plan = {"base": 1}
    bases = [Base(USpec(Settings(n_init=1, max_iter=5)), k, seed) for seed, k in enumerate(ks)]
    for epoch in epochs(run, "base", 1):
        labels = cluster_all(epoch, blobs(n), bases, p)
    return labels, [base.clusterer for base in bases]


def test_each_finds_as_many_clusters_as_it_was_asked_for():
    labels, clusterers = made()
    assert labels.shape == (3, 200)
    assert (labels.max(axis=1) + 1).tolist() == [4, 5, 9]
    assert ari(np.arange(200) % 5, labels[1]) == 1
    for row, clusterer in zip(labels, clusterers, strict=True):
        np.testing.assert_array_equal(clusterer.label(blobs(200)), row)


def test_representatives_are_at_least_as_many_as_clusters_and_no_more_than_samples():
    _, clusterers = made(ks=(12, 3), n=30, p=6)
    assert [len(each.search.representatives) for each in clusterers] == [12, 6]
    _, clusterers = made(ks=(3,), n=30, p=1000)
    assert len(clusterers[0].search.representatives) == 30


def test_how_many_threads_there_are_does_not_matter_and_is_left_as_it_was():
    before, kept = torch.get_num_threads(), list(warnings.filters)
    found = []
    try:
        for threads in (1, 3):
            torch.set_num_threads(threads)
            found.append(made()[0])
            assert torch.get_num_threads() == threads
    finally:
        torch.set_num_threads(before)
    np.testing.assert_array_equal(*found)
    assert warnings.filters == kept


def test_it_tells_of_each_that_is_done():
    heard = []
    made(Run(report=heard.append))
    parts = [each.fraction for each in heard if isinstance(each, Progress)]
    assert parts == pytest.approx([0, 1 / 3, 2 / 3, 1])


def test_a_cancel_is_heard_within_a_clustering():
    asked = []

    def stop():
        asked.append(None)
        return "cancel" if len(asked) > 4 else None

    with pytest.raises(Cancelled):
        made(Run(stop=stop))
    assert len(asked) < 15
