"""From scores to a table like the paper's table 13, and a verdict."""

import statistics
from collections.abc import Iterable, Sequence
from typing import Any

from benchmarks.quality import pages
from benchmarks.quality.brb.settings import CELLS
from benchmarks.quality.claims import Claim, Rows
from benchmarks.quality.scores import Score

MEASURES = ("acc", "nmi", "ari")
LIFTS = {"dec": 5.0, "idec": 5.0, "dcn": 0.0}
"""Points of mean ACC over all sets by which BRB is to lift a method from scratch."""
BEST = {"digits": 85.0, "mnist": 85.0}
"""Mean ACC that the best cell has to reach."""
Summary = dict[str, Any]


def summaries(scores: Iterable[Score], datasets: Sequence[str]) -> list[Summary]:
    """A row for each cell that has scores: mean and deviation over seeds, for each data set."""
    by_cell: dict[tuple[str, ...], list[Score]] = {}
    for score in scores:
        by_cell.setdefault(tuple(score["cell"]), []).append(score)
    return [summary(cell.name, by_cell[cell], datasets) for cell in _ordered() if cell in by_cell]


def summary(name: str, scores: list[Score], datasets: Sequence[str]) -> Summary:
    """One row; a data set without scores is left out of it, and then the row has no mean over sets."""
    found: Summary = {"cell": name, "sets": {}}
    for dataset in datasets:
        own = [score for score in scores if score["dataset"] == dataset]
        if own:
            found["sets"][dataset] = {"seeds": len(own)} | {
                name: pages.moments([score[name] for score in own]) for name in MEASURES
            }
    found["seeds"] = [each["seeds"] for each in found["sets"].values()]
    whole = len(found["sets"]) == len(datasets)
    means = [each["acc"][0] for each in found["sets"].values()]
    found["mean_acc"] = statistics.mean(means) if whole else None
    found["fit_s"] = statistics.mean(score["seconds"] for score in scores)
    return found


def lift(method: str, least: float) -> Claim:
    """BRB is better than nothing by some points."""
    plain, brb = (f"{method}-{variant}-scratch" for variant in ("plain", "brb"))

    def margin(rows: Rows) -> float | None:
        before, after = (rows[cell]["mean_acc"] for cell in (plain, brb))
        return None if before is None or after is None else float(after - before - least)

    text = f"BRB lifts {method} from scratch by at least {least:g} points of mean ACC"
    return Claim(text, (plain, brb), margin)


def best(dataset: str, least: float) -> Claim:
    """Some cell is good on a data set."""

    def margin(rows: Rows) -> float | None:
        reached = [row["sets"][dataset]["acc"][0] for row in rows.values() if dataset in row["sets"]]
        return max(reached) - least if reached else None

    return Claim(f"the best cell on {dataset} has a mean ACC of at least {least:g}", (), margin)


CLAIMS = [
    *(lift(method, least) for method, least in LIFTS.items()),
    *(best(dataset, least) for dataset, least in BEST.items()),
]


def columns(datasets: Sequence[str]) -> tuple[str, ...]:
    """Heads of the table."""
    measured = (f"{dataset} {name.upper()}" for dataset in datasets for name in MEASURES)
    return ("start", "method", *measured, "mean ACC", "seeds", "s/fit")


def cells(rows: Iterable[Summary], datasets: Sequence[str]) -> list[tuple[str, ...]]:
    """The table's cells, in the order of its columns."""
    return [_cells(row, datasets) for row in rows]


def _cells(row: Summary, datasets: Sequence[str]) -> tuple[str, ...]:
    method, variant, start = row["cell"].split("-")
    measured = (_figure(row["sets"].get(dataset), name) for dataset in datasets for name in MEASURES)
    mean = "" if row["mean_acc"] is None else f"{row['mean_acc']:.1f}"
    seeds = "/".join(map(str, row["seeds"]))
    name = method.upper() + {"plain": "", "brb": " + BRB"}.get(variant, f" + {variant}")
    return (start, name, *measured, mean, seeds, f"{row['fit_s']:.0f}")


def _figure(found: Summary | None, name: str) -> str:
    return "" if found is None else f"{found[name][0]:.1f} ± {found[name][1]:.1f}"


def _ordered() -> list[Any]:
    return sorted(CELLS, key=lambda cell: cell.start != "scratch")
