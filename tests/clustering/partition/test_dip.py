import numpy as np
import pytest
from scipy.optimize import linprog

from clustering.partition.dip import dip, p_value


def by_linear_program(x):
    """Least t such that a distribution with one mode lies within t of that of distinct x, over all modes."""
    x = np.sort(x)
    n = len(x)
    below, above = np.arange(n) / n, np.arange(1, n + 1) / n
    return min(_at(x, below, above, mode) for mode in range(n))


def _at(x, below, above, mode):
    """With the mode at one of x, where the distribution may jump: heights g_0 … g_m | g_m' … g_n and t."""
    n = len(x)
    place = [*range(mode + 1), *range(mode, n)]
    rows, bounds = [], []

    def add(entries, bound):
        row = np.zeros(n + 2)
        for column, value in entries:
            row[column] += value
        rows.append(row)
        bounds.append(bound)

    for column, i in enumerate(place):
        if column <= mode or i != mode:
            add([(column, 1), (n + 1, -1)], below[i])
        if column > mode or i != mode:
            add([(column, -1), (n + 1, -1)], -above[i])
    add([(mode, 1), (mode + 1, -1)], 0)
    for columns, sign in ((range(mode + 1), 1), (range(mode + 1, n + 1), -1)):
        for a, b, c in zip(columns, columns[1:], columns[2:], strict=False):
            first, second = x[place[b]] - x[place[a]], x[place[c]] - x[place[b]]
            slopes = [(a, -1 / first), (b, 1 / first + 1 / second), (c, -1 / second)]
            add([(column, sign * value) for column, value in slopes], 0)
    found = linprog([0] * (n + 1) + [1], np.array(rows), bounds, bounds=[(0, 1)] * (n + 1) + [(0, None)])
    return found.fun


@pytest.mark.parametrize("seed", range(8))
def test_the_dip_is_the_distance_to_the_nearest_distribution_with_one_mode(seed):
    rng = np.random.default_rng(seed)
    x = np.concatenate([rng.normal(size=7), rng.normal(size=7) + seed])
    assert dip(x) == pytest.approx(by_linear_program(x), abs=1e-9)


def test_evenly_spaced_numbers_have_the_smallest_dip():
    assert dip(np.arange(20.0)) == pytest.approx(1 / 40)


def test_two_far_points_of_equal_weight_have_the_largest_dip():
    assert dip(np.repeat([0.0, 1.0], 50)) == pytest.approx(0.25)


def test_the_dip_knows_neither_place_nor_scale_nor_direction():
    x = np.random.default_rng(0).normal(size=100) ** 3
    assert dip(3 * x - 7) == pytest.approx(dip(x))
    assert dip(-x) == pytest.approx(dip(x))


def test_two_modes_are_significant_and_one_is_not():
    rng = np.random.default_rng(0)
    one = rng.normal(size=200)
    two = np.concatenate([one[:100], one[100:] + 6])
    assert p_value(dip(two), 200) < 0.001
    assert p_value(dip(one), 200) > 0.05
