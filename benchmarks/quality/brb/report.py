"""From scores to a table like the paper's table 13, and a verdict."""

import statistics
from collections.abc import Iterable, Sequence
from typing import Any

from benchmarks.quality import pages
from benchmarks.quality.brb.settings import CELLS
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
    whole = len(found["sets"]) == len(datasets)
    means = [each["acc"][0] for each in found["sets"].values()]
    found["mean_acc"] = statistics.mean(means) if whole else None
    found["fit_s"] = statistics.mean(score["seconds"] for score in scores)
    return found


def verdict(rows: list[Summary]) -> list[dict[str, Any]]:
    """Every claim, and whether it holds; None where a cell that it needs has no score yet.

    Two cells are compared only where both have the same number of seeds on every data set.
    """
    seeds = {row["cell"]: [each["seeds"] for each in row["sets"].values()] for row in rows}
    means = {row["cell"]: row["mean_acc"] for row in rows}
    claims = []
    for method, least in LIFTS.items():
        names = [f"{method}-{variant}-scratch" for variant in ("plain", "brb")]
        plain, brb = (means.get(name) for name in names)
        unlike = seeds.get(names[0]) != seeds.get(names[1])
        lift = None if plain is None or brb is None or unlike else brb - plain
        claim = f"BRB lifts {method} from scratch by at least {least:g} points of mean ACC"
        claims.append({"claim": claim, "met": lift, "holds": None if lift is None else lift >= least})
    for dataset, least in BEST.items():
        reached = {row["cell"]: row["sets"][dataset]["acc"][0] for row in rows if dataset in row["sets"]}
        best = max(reached, key=lambda cell: reached[cell], default=None)
        claim = f"the best on {dataset} ({best or 'none yet'}) has a mean ACC of at least {least:g}"
        met = None if best is None else reached[best]
        claims.append({"claim": claim, "met": met, "holds": None if met is None else met >= least})
    return claims


def sentences(claims: Iterable[dict[str, Any]]) -> list[str]:
    """A line a claim."""
    return pages.sentences(claims, "met", "measured: {:.1f}")


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
    seeds = "/".join(str(each["seeds"]) for each in row["sets"].values())
    name = method.upper() + {"plain": "", "brb": " + BRB"}.get(variant, f" + {variant}")
    return (start, name, *measured, mean, seeds, f"{row['fit_s']:.0f}")


def _figure(found: Summary | None, name: str) -> str:
    return "" if found is None else f"{found[name][0]:.1f} ± {found[name][1]:.1f}"


def _ordered() -> list[Any]:
    return sorted(CELLS, key=lambda cell: cell.start != "scratch")
