import math

import numpy as np
import pytest
import torch

from clustering.partition.mdl import Coding, gaussian_code
from clustering.partition.nonredundant import Options
from clustering.partition.nrkmeans import nrkmeans
from clustering.partition.outliers import marked, outlier_threshold
from tests.clustering.partition.subspaces import seeded, two_subspaces


@pytest.mark.parametrize(("n", "m", "k", "tr"), [(100, 2, 3, 50.0), (1000, 5, 4, 5000.0), (60, 1, 1, 2.0)])
def test_at_the_threshold_a_sample_is_as_long_by_itself_as_in_its_cluster(n, m, k, tr):
    coding = Coding(n, range_bits=5.0, precision_bits=10.0, outliers=True)
    threshold = outlier_threshold(coding, m, k, tr)
    inside = gaussian_code(m, n, tr) + math.log2(k)
    outside = gaussian_code(m, n - 1, tr - threshold) + math.log2(n) + m * 5.0
    assert outside == pytest.approx(inside, abs=1e-6)


@pytest.mark.parametrize("tr", [0.0, 1e-16])
def test_where_nothing_is_spread_there_are_no_outliers(tr):
    assert outlier_threshold(Coding(50, 5.0, 10.0), 2, 3, tr) == math.inf


def test_a_threshold_that_says_nothing_is_infinite():
    assert outlier_threshold(Coding(3, -900.0, 10.0), 2, 2, 1.0) == math.inf


def test_no_cluster_loses_all_its_samples():
    labels, distances = torch.tensor([0, 0, 1, 1]), torch.tensor([0.0, 9.0, 9.0, 9.0])
    assert marked(labels, distances, 4.0, 2).tolist() == [0, -1, 1, 1]


def test_far_samples_are_outliers_and_means_leave_them_out():
    x, _ = two_subspaces()
    x[:5] += torch.full((7,), 40.0) * torch.tensor([1.0, -1.0, 1.0, -1.0, 1.0])[:, None]
    options = Options(coding=Coding.of(x, outliers=True), noise_by_mdl=True)
    found = nrkmeans(x, [3, 3, 1], seeded(1), n_init=5, options=options)
    assert found.outliers[:, :5].any(dim=0).all()
    assert found.outliers[:, 5:].float().mean() < 0.02
    for labels, centers, own in zip(found.labels, found.centers, found.dimensions, strict=True):
        seen = found.rotation[:, own]
        for k, center in enumerate(centers):
            mean = x[labels == k].mean(dim=0)
            np.testing.assert_allclose(center @ seen, mean @ seen, atol=1e-9)


def test_samples_at_the_centers_are_never_outliers():
    x, _ = two_subspaces()
    options = Options(coding=Coding.of(x, outliers=True))
    found = nrkmeans(x, [3, 3, 1], seeded(), n_init=5, options=options)
    assert (found.thresholds > 0).all()
    for labels, centers in zip(found.labels, found.centers, strict=True):
        assert set(labels[labels >= 0].tolist()) == set(range(len(centers)))
