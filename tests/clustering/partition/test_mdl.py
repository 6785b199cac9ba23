import math

import numpy as np
import pytest
import torch
from scipy.spatial.distance import pdist
from scipy.stats import multivariate_normal

from clustering.errors import InvalidData
from clustering.partition import mdl
from clustering.partition.mdl import Coding, gaussian_code, integer_code, largest_distance, precision

CONSTANT = math.log2(2.865064)


@pytest.mark.parametrize(("n", "bits"), [(0, 0), (1, 0), (2, 1), (4, 3), (16, 4 + 2 + 1)])
def test_an_integer_takes_its_repeated_logarithms(n, bits):
    assert integer_code(n) == pytest.approx(bits + CONSTANT)


def test_a_larger_integer_takes_more_bits():
    bits = [integer_code(n) for n in range(1, 2000)]
    assert bits == sorted(bits)
    assert len(set(bits)) == len(bits)


@pytest.mark.parametrize(("n", "m"), [(50, 1), (80, 3)])
def test_the_gaussian_code_is_the_likelihood_under_the_best_spherical_gaussian(n, m):
    x = np.random.default_rng(n).normal(size=(n, m)) * 3
    x -= x.mean(axis=0)
    scatter = (x**2).sum()
    density = multivariate_normal(np.zeros(m), scatter / (n * m) * np.eye(m))
    assert gaussian_code(m, n, scatter) == pytest.approx(-density.logpdf(x).sum() / math.log(2))


@pytest.mark.parametrize(("m", "n", "scatter"), [(0, 9, 1.0), (2, 1, 1.0), (2, 9, 0.0), (2, 9, 1e-16)])
def test_nothing_spread_takes_no_bits(m, n, scatter):
    assert gaussian_code(m, n, scatter) == 0


def test_precision_is_the_mean_of_the_smallest_positive_differences():
    x = np.random.default_rng(0).integers(0, 50, (40, 3)) / 7.0
    least = [pdist(column[:, None])[pdist(column[:, None]) > 0].min() for column in x.T]
    assert precision(torch.from_numpy(x)) == pytest.approx(np.mean(least))


def test_a_constant_dimension_says_nothing_of_the_precision():
    x = torch.randn(30, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    assert precision(torch.cat([x, torch.ones(30, 1)], dim=1)) == precision(x)


def test_samples_that_are_all_the_same_have_no_description_length():
    with pytest.raises(InvalidData, match="at least one dimension varies"):
        Coding.of(torch.ones(9, 3))


@pytest.mark.parametrize(("n", "d"), [(2, 1), (50, 2), (200, 30)])
def test_the_largest_distance_is_that_of_all_pairs(n, d):
    x = np.random.default_rng(n).normal(size=(n, d))
    assert largest_distance(torch.from_numpy(x)) == pytest.approx(pdist(x).max())


def test_sweeps_alone_come_close_to_the_largest_distance(monkeypatch):
    monkeypatch.setattr(mdl, "MOST_PAIRED", 0)
    x = np.random.default_rng(0).normal(size=(300, 8))
    found = largest_distance(torch.from_numpy(x))
    assert 0.95 * pdist(x).max() <= found <= pdist(x).max() * (1 + 1e-12)


@pytest.mark.parametrize("outside", [0, 5])
def test_the_bits_of_a_space_are_the_sum_of_their_parts(outside):
    coding = Coding(200, range_bits=4.0, precision_bits=9.0, outliers=True)
    m, k, tr = 3, 5, 70.0
    parts = [
        integer_code(m) + integer_code(k) + integer_code(outside),
        k * m * (4.0 + 9.0),
        0.5 * math.log2(200),
        outside * (math.log2(200) + m * 4.0),
        (200 - outside) * math.log2(k),
        gaussian_code(m, 200 - outside, tr) + 200 * m * 9.0,
    ]
    assert coding.space(m, k, outside, tr) == pytest.approx(sum(parts))
    assert coding.total([1.5, 2.5]) == 4.0 + integer_code(2)


def test_without_outliers_their_number_is_not_sent():
    plain, apart = (Coding(200, 4.0, 9.0, outliers) for outliers in (False, True))
    assert apart.space(2, 3, 0, 9.0) - plain.space(2, 3, 0, 9.0) == pytest.approx(integer_code(0))
