"""From scores to tables and a verdict."""

import itertools
import statistics
from collections.abc import Iterable
from typing import Any

import numpy as np

from benchmarks.quality.digits.published import AUGMENTED_TARGET, FIGURES, Figure
from clustering.metrics.agreement import nmi

Score = dict[str, Any]
OURS = ("data", "method", "ACC", "±", "NMI", "ARI", "s/fit", "agree")
PEERS = ("peer ACC", "±", "before", "NMI", "ARI", "at least", "holds")
PUBLISHED = ("published", "±", "at least", "holds")
COLUMNS = (*OURS, *PEERS, *PUBLISHED)
BARS = {"measured": "the peer in this run", "published": "the peer as published"}


def summaries(scores: list[Score], peers: list[Score], *, augmented: bool) -> list[Score]:
    """Mean and deviation over the seeds of each data set and method, beside the peer's where plain."""
    chosen = [score for score in scores if score["augmented"] == augmented]
    keys = dict.fromkeys((score["dataset"], score["method"]) for score in chosen)
    found = []
    for key in keys:
        row = summary([score for score in chosen if _key(score) == key])
        if not augmented:
            row |= beside_the_peer(row["acc"], key, [score for score in peers if _key(score) == key])
        found.append(row)
    return found


def summary(scores: list[Score]) -> Score:
    """Mean and sample deviation, and how far the seeds agree among themselves, which needs no truth."""
    first = scores[0]
    found: Score = {"dataset": first["dataset"], "method": first["method"], "seeds": len(scores)}
    for name in ("acc", "nmi", "ari", "seconds"):
        found[name], found[f"{name}_deviation"] = _spread(scores, name)
    found["agreement_of_seeds"] = agreement([score["labels"] for score in scores])
    return found


def beside_the_peer(acc: float, key: tuple[str, str], peers: list[Score]) -> Score:
    """Whether an accuracy reaches the bars of the peer's measured and published figures."""
    figures = {"published": FIGURES.get(key), "measured": figure(peers) if peers else None}
    return {
        name: met._asdict() | {"bar": met.bar, "holds": acc >= met.bar}
        for name, met in figures.items()
        if met is not None
    }


def figure(peers: list[Score]) -> Figure:
    """The peer's scores of one data set and method, over the seeds."""
    (acc, deviation), (nmi_mean, _), (ari_mean, _), (before, _) = (
        _spread(peers, name) for name in ("acc", "nmi", "ari", "before")
    )
    return Figure(acc, nmi_mean, ari_mean, deviation, before)


def agreement(labelings: list[np.ndarray]) -> float | None:
    """Mean NMI of all pairs of labelings, in percent; none of a single one."""
    pairs = [100 * nmi(a, b) for a, b in itertools.combinations(labelings, 2)]
    return statistics.mean(pairs) if pairs else None


def verdict(scores: list[Score], peers: list[Score]) -> list[dict[str, Any]]:
    """Every claim, and whether it holds."""
    claims = [
        {
            "claim": f"{row['method']} on {row['dataset']}: "
            f"ACC {row['acc']:.1f} ≥ {row[bar]['bar']:.1f}, {of}",
            "bar": bar,
            "holds": row[bar]["holds"],
        }
        for bar, of in BARS.items()
        for row in summaries(scores, peers, augmented=False)
        if bar in row
    ]
    dataset, target = AUGMENTED_TARGET
    augmented = summaries(scores, [], augmented=True)
    reached = {row["method"]: row["acc"] for row in augmented if row["dataset"] == dataset}
    if reached:
        best = max(reached, key=lambda method: reached[method])
        claim = f"best with augmentation on {dataset} ({best}): ACC {reached[best]:.1f} ≥ {target:.1f}"
        claims.append({"claim": claim, "bar": "issue", "holds": reached[best] >= target})
    return claims


def rows(found: Iterable[Score]) -> list[tuple[str, ...]]:
    """The cells of a table, in the order of COLUMNS."""
    return [
        (
            row["dataset"],
            row["method"],
            *(f"{row[name]:.1f}" for name in ("acc", "acc_deviation", "nmi", "ari", "seconds")),
            "" if row["agreement_of_seeds"] is None else f"{row['agreement_of_seeds']:.1f}",
            *_cells(row.get("measured"), ("acc", "deviation", "before", "nmi", "ari", "bar")),
            *_cells(row.get("published"), ("acc", "deviation", "bar")),
        )
        for row in found
    ]


def markdown(title: str, found: list[Score]) -> str:
    """The same table for a page."""
    lines = [f"## {title}", "", _line(COLUMNS), _line(["---"] * len(COLUMNS))]
    return "\n".join([*lines, *(_line(row) for row in rows(found)), ""])


def _key(score: Score) -> tuple[str, str]:
    return score["dataset"], score["method"]


def _spread(scores: list[Score], name: str) -> tuple[float, float]:
    """Mean and sample deviation."""
    values = [score[name] for score in scores]
    return statistics.mean(values), statistics.stdev(values) if len(values) > 1 else 0.0


def _cells(met: Score | None, names: tuple[str, ...]) -> tuple[str, ...]:
    """The peer's figures and whether ours reach their bar; empty where there are none."""
    if met is None:
        return ("",) * (len(names) + 1)
    return (*(f"{met[name]:.1f}" for name in names), "yes" if met["holds"] else "NO")


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
