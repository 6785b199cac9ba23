"""Matching clusters with labels one to one, so that as many samples as possible agree."""

from typing import Any

import numpy as np


def matching(counts: "np.ndarray[Any, Any]") -> list[tuple[int, int]]:
    """Pairs (row, column), each row and column in at most one, of the largest sum; pairs of 0 are left out.

    Source:
        Kuhn 1955, Munkres 1957, by shortest augmenting paths: O(r² c) for (r, c) counts with r ≤ c.
    """
    if counts.shape[0] > counts.shape[1]:
        return sorted((row, column) for column, row in matching(counts.T))
    costs = -np.asarray(counts, dtype=float)
    r, c = costs.shape
    row_of = np.full(c + 1, -1)  # the row that a column is matched with; column c is where a path begins
    by_row, by_column = np.zeros(r), np.zeros(c + 1)
    for row in range(r):
        row_of[c] = row
        _augment(costs, row_of, by_row, by_column)
    return sorted(
        (int(row), column) for column, row in enumerate(row_of[:c]) if row >= 0 and counts[row, column] > 0
    )


def _augment(
    costs: "np.ndarray[Any, Any]",
    row_of: "np.ndarray[Any, Any]",
    by_row: "np.ndarray[Any, Any]",
    by_column: "np.ndarray[Any, Any]",
) -> None:
    """Match one more row along the cheapest path to a free column; the potentials stay dual feasible."""
    c = costs.shape[1]
    column, before = c, np.full(c, c)
    slack, seen = np.full(c, np.inf), np.zeros(c + 1, dtype=bool)
    while row_of[column] >= 0:
        seen[column] = True
        row = row_of[column]
        reduced = costs[row] - by_row[row] - by_column[:c]
        closer = ~seen[:c] & (reduced < slack)
        slack[closer], before[closer] = reduced[closer], column
        following = int(np.where(seen[:c], np.inf, slack).argmin())
        step = slack[following]
        by_row[row_of[seen]] += step
        by_column[seen] -= step
        slack[~seen[:c]] -= step
        column = following
    while column != c:
        previous = int(before[column])
        row_of[column] = row_of[previous]
        column = previous
