"""Figures over seeds, and how tables are written."""

import statistics
from collections.abc import Iterable, Sequence


def moments(values: Sequence[float]) -> tuple[float, float] | None:
    """Mean and sample deviation; None of nothing."""
    if not values:
        return None
    return statistics.mean(values), statistics.stdev(values) if len(values) > 1 else 0.0


def markdown(head: Sequence[str], rows: Iterable[Iterable[str]]) -> str:
    """A table for a page."""
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *rows))
