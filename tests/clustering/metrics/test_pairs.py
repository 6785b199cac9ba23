import numpy as np
import pytest

from clustering.metrics.pairs import (
    cosine,
    cosine_own_and_nearest_other,
    on_the_sphere,
    own_and_nearest_other,
)

ROWS = np.random.default_rng(0).normal(size=(60, 5))
ROWS[[3, 7]] = 0
ROWS[11] = ROWS[14]


@pytest.mark.parametrize(
    "member",
    [np.arange(60) % 4, np.zeros(60, dtype=int), np.arange(60), np.r_[0, np.ones(59, dtype=int)]],
    ids=["four clusters", "one cluster", "all alone", "one alone"],
)
def test_cosine_distances_from_sums_are_those_of_all_pairs(member):
    z = on_the_sphere(ROWS)
    summed, paired = cosine_own_and_nearest_other(z, member), own_and_nearest_other(z, member, cosine)
    for found, wanted in zip(summed, paired, strict=True):
        np.testing.assert_allclose(found, wanted, atol=1e-12)


def test_equal_samples_are_at_no_negative_distance():
    z = on_the_sphere(np.repeat([[0.1, 0.7, 0.3]], 9, axis=0))
    own, other = cosine_own_and_nearest_other(z, np.arange(9) % 2)
    assert own.min() >= 0 and other.min() >= 0
