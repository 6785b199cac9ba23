"""From scores to tables and a verdict."""

import itertools
import statistics
from collections.abc import Iterable
from typing import Any

import numpy as np

from benchmarks.quality.digits.peer import AUGMENTED_TARGET, FIGURES
from clustering.metrics.agreement import nmi

Score = dict[str, Any]
COLUMNS = (
    "data",
    "method",
    "ACC",
    "±",
    "NMI",
    "ARI",
    "s/fit",
    "agree",
    "peer ACC",
    "±",
    "NMI",
    "ARI",
    "at least",
    "holds",
)


def summaries(scores: list[Score], *, augmented: bool) -> list[Score]:
    """Mean and deviation over the seeds of each data set and method."""
    chosen = [score for score in scores if score["augmented"] == augmented]
    keys = dict.fromkeys((score["dataset"], score["method"]) for score in chosen)
    return [
        summary([score for score in chosen if (score["dataset"], score["method"]) == key]) for key in keys
    ]


def summary(scores: list[Score]) -> Score:
    """Mean and sample deviation, and how far the seeds agree among themselves, which needs no truth."""
    first = scores[0]
    found: Score = {"dataset": first["dataset"], "method": first["method"], "seeds": len(scores)}
    for name in ("acc", "nmi", "ari", "seconds"):
        values = [score[name] for score in scores]
        found[name] = statistics.mean(values)
        found[f"{name}_deviation"] = statistics.stdev(values) if len(values) > 1 else 0.0
    found["agreement_of_seeds"] = agreement([score["labels"] for score in scores])
    peer = FIGURES.get((first["dataset"], first["method"]))
    if peer and not first["augmented"]:
        found |= {"peer": peer._asdict(), "bar": peer.acc - peer.deviation}
        found["holds"] = found["acc"] >= found["bar"]
    return found


def agreement(labelings: list[np.ndarray]) -> float | None:
    """Mean NMI of all pairs of labelings, in percent; none of a single one."""
    pairs = [100 * nmi(a, b) for a, b in itertools.combinations(labelings, 2)]
    return statistics.mean(pairs) if pairs else None


def verdict(scores: list[Score]) -> list[dict[str, Any]]:
    """Every claim, and whether it holds."""
    claims = [
        {
            "claim": f"{row['method']} on {row['dataset']}: ACC {row['acc']:.1f} ≥ {row['bar']:.1f}",
            "holds": row["holds"],
        }
        for row in summaries(scores, augmented=False)
        if "bar" in row
    ]
    dataset, target = AUGMENTED_TARGET
    reached = {
        row["method"]: row["acc"] for row in summaries(scores, augmented=True) if row["dataset"] == dataset
    }
    if reached:
        best = max(reached, key=lambda method: reached[method])
        claim = f"best with augmentation on {dataset} ({best}): ACC {reached[best]:.1f} ≥ {target:.1f}"
        claims.append({"claim": claim, "holds": reached[best] >= target})
    return claims


def rows(found: Iterable[Score]) -> list[tuple[str, ...]]:
    """The cells of a table, in the order of COLUMNS."""
    return [
        (
            row["dataset"],
            row["method"],
            *(f"{row[name]:.1f}" for name in ("acc", "acc_deviation", "nmi", "ari", "seconds")),
            "" if row["agreement_of_seeds"] is None else f"{row['agreement_of_seeds']:.1f}",
            *_peer_cells(row),
        )
        for row in found
    ]


def markdown(title: str, found: list[Score]) -> str:
    """The same table for a page."""
    lines = [f"## {title}", "", _line(COLUMNS), _line(["---"] * len(COLUMNS))]
    return "\n".join([*lines, *(_line(row) for row in rows(found)), ""])


def _peer_cells(row: Score) -> tuple[str, ...]:
    if "peer" not in row:
        return ("",) * 6
    peer = row["peer"]
    figures = (f"{peer[name]:.1f}" for name in ("acc", "deviation", "nmi", "ari"))
    return (*figures, f"{row['bar']:.1f}", "yes" if row["holds"] else "NO")


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
