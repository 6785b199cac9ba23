import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from api.downsampling import kept_steps


def test_short_curves_stay_whole():
    assert kept_steps([[1.0, 2.0, 3.0]], 10) == [0, 1, 2]


def test_a_single_spike_survives():
    curve = [0.0] * 10_000
    curve[4321] = 9.0
    kept = kept_steps([curve], 100)
    assert 4321 in kept
    assert len(kept) <= 100


@given(st.integers(20, 3000), st.integers(10, 200), st.integers(1, 4), st.integers(0, 9))
def test_extremes_of_every_column_stay_in_order_and_number(n, points, columns, seed):
    curves = np.random.default_rng(seed).normal(size=(columns, n))
    kept = kept_steps(curves.tolist(), points)
    assert kept == sorted(set(kept))
    assert kept[0] == 0 and kept[-1] == n - 1
    assert len(kept) <= max(points, 2 * columns + 2)
    for curve in curves:
        assert {int(curve.argmin()), int(curve.argmax())} <= set(kept)


def test_a_column_without_values_is_no_hindrance():
    assert kept_steps([[None] * 100], 10) == [0, 99]


def test_a_sparse_column_keeps_its_extremes_beside_a_dense_one():
    sparse = [float(step) if step % 50 == 0 else None for step in range(1000)]
    dense = [float(-step) for step in range(1000)]
    kept = kept_steps([dense, sparse], 30)
    assert {0, 950} <= set(kept)
    assert len(kept) <= 30
