"""Figures over seeds, and how tables and claims are written."""

import statistics
from collections.abc import Iterable, Sequence
from typing import Any

VERDICTS = {True: "holds", False: "MISSED", None: "not measured"}


def moments(values: Sequence[float]) -> tuple[float, float] | None:
    """Mean and sample deviation; None of nothing."""
    if not values:
        return None
    return statistics.mean(values), statistics.stdev(values) if len(values) > 1 else 0.0


def markdown(head: Sequence[str], rows: Iterable[Iterable[str]]) -> str:
    """A table for a page."""
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *rows))


def sentences(claims: Iterable[dict[str, Any]], figure: str, shown: str) -> list[str]:
    """A line a claim, with one of its figures as `shown` formats it."""
    return [
        f"{VERDICTS[each['holds']]}: {each['claim']}"
        + ("" if each[figure] is None else f" ({shown.format(each[figure])})")
        for each in claims
    ]
