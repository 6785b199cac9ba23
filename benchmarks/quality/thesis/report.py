"""From scores to a table beside the thesis's figures."""

import statistics
from collections.abc import Iterable
from typing import Any

from benchmarks.quality.pages import moments
from benchmarks.quality.scores import Score, by_cell
from benchmarks.quality.thesis.cells import ALL_CELLS, Cell

COLUMNS = (
    "data/method",
    "NMI",
    "mean NMI",
    "thesis",
    "clusters",
    "dimensions",
    "agreement",
    "views: cosine, spread",
    "outliers: flagged, false",
    "seeds",
    "s/fit",
)
MOMENTS = ("agreement", "cosine", "spread", "flagged", "false_flags")
"""What some scores have, of which a row has mean and deviation."""
Row = dict[str, Any]


def summaries(scores: Iterable[Score]) -> list[Row]:
    """A row for each cell that has scores: means and deviations over seeds."""
    found = by_cell(scores)
    return [summary(cell, found[cell.name]) for cell in ALL_CELLS if cell.name in found]


def summary(cell: Cell, scores: list[Score]) -> Row:
    """One row."""
    return {
        "cell": cell.name,
        "seeds": len(scores),
        "nmi": {name: moments([score["nmi"][name] for score in scores]) for name in scores[0]["nmi"]},
        "mean_nmi": moments([score["mean_nmi"] for score in scores]),
        "thesis": list(cell.thesis),
        "clusters": [score["clusters"] for score in scores],
        "dimensions": [score["dimensions"] for score in scores if "dimensions" in score],
        **{name: moments([score[name] for score in scores if name in score]) for name in MOMENTS},
        "fit_s": statistics.mean(score["seconds"] for score in scores),
    }


def cells(rows: Iterable[Row]) -> list[tuple[str, ...]]:
    """The table's cells, in the order of COLUMNS."""
    return [
        (
            row["cell"],
            "; ".join(f"{name} {_pair(found)}" for name, found in row["nmi"].items()),
            _pair(row["mean_nmi"]),
            " / ".join(f"{value:.2f}" for value in row["thesis"]),
            _usual(row["clusters"]),
            _usual(row["dimensions"]),
            _pair(row["agreement"]),
            _pairs(row["cosine"], row["spread"]),
            _pairs(row["flagged"], row["false_flags"]),
            str(row["seeds"]),
            f"{row['fit_s']:.0f}",
        )
        for row in rows
    ]


def _pair(found: tuple[float, float] | None) -> str:
    return "" if found is None else f"{found[0]:.3f} ± {found[1]:.3f}"


def _pairs(*found: tuple[float, float] | None) -> str:
    return ", ".join(filter(None, map(_pair, found)))


def _usual(values: list[Any]) -> str:
    """What the seeds found, the most frequent first, and how often if they differ."""
    words = [str(value) for value in values]
    often = sorted(dict.fromkeys(words), key=lambda word: -words.count(word))
    return ", ".join(f"{words.count(word)}× {word}" if len(often) > 1 else word for word in often)
