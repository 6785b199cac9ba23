import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from api.results.matching import matching


@pytest.mark.parametrize("shape", [(1, 1), (3, 3), (2, 5), (7, 3), (30, 30), (12, 40)])
@pytest.mark.parametrize("most", [1, 3, 1000])
def test_as_many_samples_agree_as_is_possible(shape, most):
    for seed in range(5):
        counts = np.random.default_rng(seed).integers(0, most + 1, shape)
        found = matching(counts)
        rows, columns = linear_sum_assignment(counts, maximize=True)
        assert sum(counts[row, column] for row, column in found) == counts[rows, columns].sum()
        assert len({row for row, _ in found}) == len({column for _, column in found}) == len(found)


def test_the_largest_count_gives_way_where_that_serves_the_whole():
    assert matching(np.array([[10, 9], [9, 0]])) == [(0, 1), (1, 0)]


def test_what_shares_no_sample_is_not_matched():
    assert matching(np.array([[4, 0], [0, 0]])) == [(0, 0)]
    assert matching(np.zeros((0, 3), dtype=int)) == []
