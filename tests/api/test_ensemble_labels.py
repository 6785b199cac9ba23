import numpy as np

from api.ensemble_labels import distinct_rows


def test_rows_are_counted_over_all_parts():
    rng = np.random.default_rng(0)
    parts = [rng.integers(-1, 3, (200, 2)), rng.integers(0, 2, (200, 1))]
    assert distinct_rows(parts) == len(np.unique(np.hstack(parts), axis=0))


def test_rows_without_any_label_do_not_count():
    labels = np.array([[0, -1], [-1, -1], [-7, -2], [0, -3]])
    assert distinct_rows([labels]) == 1
    assert distinct_rows([]) == 0
