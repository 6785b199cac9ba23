"""What the commands print: tables, progress, one line for an error."""

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import IO, Any

from rich.console import Console
from rich.table import Table

from facet.errors import FacetError

UNBROKEN = ("id", "dataset")
CLUSTERING = {
    "clustering": "index",
    "name": "name",
    "clusters": "n_clusters",
    "outliers": "n_outliers",
    "dimensions": "n_dimensions",
}
"""What is told of each of several clusterings, by the heading of its column."""
PIPED_COLUMNS = 1_000


def printer(file: IO[str] | None = None, *, stderr: bool = False) -> Console:
    """A console that breaks no line which another program reads, unless COLUMNS asks for it."""
    made = Console(file=file, stderr=stderr, highlight=False)
    if not made.is_terminal and "COLUMNS" not in os.environ:
        made.width = PIPED_COLUMNS
    return made


console = printer()
errors = printer(stderr=True)


def fail(error: FacetError) -> None:
    """Say on stderr what went wrong."""
    errors.print(f"[red]{error.code}[/red]: ", end="")
    errors.print(error.detail, markup=False)


def show(value: Any) -> None:
    """Print an object as JSON that another program can read."""
    console.print_json(json.dumps(value))


def table(title: str | None, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Table:
    """A table; ids and what stands first are never broken, for they are what people copy."""
    made = Table(title=title, title_justify="left", header_style="bold", box=None, pad_edge=False)
    for column in columns:
        made.add_column(column, overflow="fold", no_wrap=column in {columns[0], *UNBROKEN})
    for row in rows:
        made.add_row(*(cell(value) for value in row))
    return made


def cell(value: object) -> str:
    """A value as people read it."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.4f}"
    return str(value)


def age(time: str | None) -> str:
    """How long ago an RFC 3339 time was."""
    if not time:
        return ""
    then = datetime.fromisoformat(time)
    seconds = (datetime.now(then.tzinfo) - then).total_seconds()
    for unit, length in (("d", 86_400), ("h", 3_600), ("m", 60)):
        if seconds >= length:
            return f"{seconds / length:.0f} {unit}"
    return f"{max(0.0, seconds):.0f} s"


def clustering_table(clusterings: Iterable[Mapping[str, Any]]) -> Table:
    """Several clusterings of a job, side by side."""
    return table(
        None, list(CLUSTERING), ([row.get(key) for key in CLUSTERING.values()] for row in clusterings)
    )


def metric_rows(summary: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Name and value of every metric; the ones against true labels first."""
    against = summary.get("agreement") or {}
    rows = [
        (name.upper() if len(against) == 1 else f"{name.upper()} ({column})", value)
        for column, metrics in against.items()
        for name, value in metrics.items()
    ]
    rows += [(name.replace("_", " "), value) for name, value in (summary.get("metrics") or {}).items()]
    between = (summary.get("summary") or {}).get("redundancy") or {}
    return rows + [(f"{name.upper()} between clusterings", value) for name, value in between.items()]
