"""From scores to a table, and what has to hold of it."""

import statistics
from collections.abc import Iterable, Sequence
from itertools import pairwise

from benchmarks.quality.claims import Claim, Row, Rows
from benchmarks.quality.ensembles.cells import CELLS, TARGETS
from benchmarks.quality.ensembles.data import DATA
from benchmarks.quality.pages import moments
from benchmarks.quality.scores import Score, by_cell
from benchmarks.quality.truth import MEASURES

COLUMNS = ("data/method", "NMI", "ACC", "ARI", "D^R", "D^R of clean samples", "seeds", "s/fit")
LIKENESS = {"seen_diversity": "D^R", "diversity": "D^R of clean samples"}
"""Mean NMI of two heads: on the views last seen, which is what the method measures and bounds, and on all
samples as they are, which its losses never see and on which heads agree more easily."""
SLACK = 0.02
"""By how much it may lie above its target."""
FALL = 0.001
"""Of the mean D^R, where the one at the target before lies above a target."""


def summaries(scores: Iterable[Score]) -> list[Row]:
    """A row for each cell that has scores: means and deviations over seeds."""
    found = by_cell(scores)
    return [summary(cell.name, found[cell.name]) for cell in CELLS if cell.name in found]


def summary(cell: str, scores: list[Score]) -> Row:
    """One row; seconds include those of the net that a fit starts from."""
    return {
        "cell": cell,
        "seeds": len(scores),
        **{name: moments([score[name] for score in scores]) for name in MEASURES},
        "diversity": [score["diversity"] for score in scores if "diversity" in score],
        "seen_diversity": [score["seen_diversity"] for score in scores if "seen_diversity" in score],
        "fit_s": statistics.mean(score["seconds"] + score["net_seconds"] for score in scores),
    }


def cells(rows: Iterable[Row]) -> list[tuple[str, ...]]:
    """The table's cells, in the order of COLUMNS."""
    return [
        (
            row["cell"],
            *(_shown(row[name], 1) for name in ("nmi", "acc", "ari")),
            *(_shown(moments(row[name]), 3) for name in LIKENESS),
            str(row["seeds"]),
            f"{row['fit_s']:.0f}",
        )
        for row in rows
    ]


def _shown(found: tuple[float, float] | None, digits: int) -> str:
    return "" if found is None else f"{found[0]:.{digits}f} ± {found[1]:.{digits}f}"


def within(dataset: str, target: float, likeness: str) -> Claim:
    """No seed's clusterings are more alike than was asked for, by one of the two measures."""
    cell = f"{dataset}/divclust_cc-{target:g}"
    return Claim(
        f"{cell}: {LIKENESS[likeness]} ≤ {target:g} + {SLACK:g} with every seed",
        (cell,),
        lambda rows: target + SLACK - max(rows[cell][likeness]),
    )


def falls(dataset: str) -> Claim:
    """A target below the likeness that a higher one leaves lowers it; one above it changes nothing."""
    needs = tuple(f"{dataset}/divclust_cc-{target:g}" for target in TARGETS)

    def least_fall(rows: Rows) -> float:
        pairs = zip(TARGETS[1:], pairwise(_means(rows, needs)), strict=True)
        return min(above - below - (FALL if above > target else 0) for target, (above, below) in pairs)

    what = f"{dataset}: mean {LIKENESS['diversity']}"
    how = f"falls, by {FALL:g} or more, where a target binds, and rises nowhere"
    return Claim(f"{what} {how}", needs, least_fall)


def _means(rows: Rows, names: Sequence[str]) -> list[float]:
    return [statistics.mean(rows[name]["diversity"]) for name in names]


def at_least(cell: str, other: str) -> Claim:
    """One cell's mean NMI is no lower than another's."""
    return Claim(
        f"{cell} is no lower than {other} in mean NMI",
        (cell, other),
        lambda rows: rows[cell]["nmi"][0] - rows[other]["nmi"][0],
    )


CLAIMS = [
    *(within(dataset, target, name) for name in LIKENESS for dataset in DATA for target in TARGETS),
    *(falls(dataset) for dataset in DATA),
    *(at_least(f"{dataset}/deepclue", f"{dataset}/cc") for dataset in DATA),
    *(at_least(f"{dataset}/digpro", f"{dataset}/propos") for dataset in DATA),
]
