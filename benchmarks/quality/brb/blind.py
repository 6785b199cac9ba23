"""Compare settings without the truth: `python -m benchmarks.quality.brb.blind --scores FILE`.

A setting is better the more its seeds agree with each other, averaged over methods and data sets: what only
chance decides differs from seed to seed. No true label is read, and no figure that one went into is shown.
"""

import itertools
import statistics
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from benchmarks.quality import scores
from benchmarks.quality.brb.settings import Cell, Settings, spec
from benchmarks.quality.scores import Score
from benchmarks.suites import options_of
from clustering.metrics.agreement import nmi
from facet.terminal import table

SEEN = ("silhouette", "distance_ratio", "label_change")
COLUMNS = ("setting", "cell", "data", "seeds", "agreement", *SEEN)


def main(given: Sequence[str] | None = None) -> None:
    """Print a row for each setting, cell and data set, then the settings in order."""
    parser = options_of("benchmarks.quality.brb.blind", __doc__)
    parser.add_argument("--scores", type=Path, required=True)
    rows = summaries(scores.read(parser.parse_args(given).scores).values())
    console = Console(width=160)
    console.print(table("Without the truth", COLUMNS, [_cells(row) for row in rows]))
    for setting, agreement in order(rows):
        console.print(f"{agreement:6.2f}  {setting}", markup=False)


def summaries(found: Iterable[Score]) -> list[dict[str, Any]]:
    """A row for each setting, cell and data set with two seeds or more whose labels were kept."""
    groups: dict[tuple[str, str, str], list[Score]] = {}
    for score in found:
        if "labels" not in score:
            continue
        cell = Cell(*score["cell"])
        groups.setdefault((setting(score), cell.name, score["dataset"]), []).append(score)
    return [_summary(*key, group) for key, group in groups.items() if len(group) > 1]


def setting(score: Score) -> str:
    """How a fit's spec differs from the paper's, as `path=value` words."""
    usual = spec(Cell(*score["cell"]), score["dataset"], Settings())
    return " ".join(f"{path}={value}" for path, value in _differences(usual, score["spec"])) or "the paper's"


def order(rows: Iterable[dict[str, Any]]) -> list[tuple[str, float]]:
    """Settings, those whose seeds agree most first: the mean over their cells and data sets."""
    by_setting: dict[str, list[float]] = {}
    for row in rows:
        by_setting.setdefault(row["setting"], []).append(row["agreement"])
    means = {name: statistics.mean(values) for name, values in by_setting.items()}
    return sorted(means.items(), key=lambda each: -each[1])


def _summary(setting: str, cell: str, dataset: str, group: list[Score]) -> dict[str, Any]:
    labels = [np.array(list(score["labels"]), dtype=np.int64) for score in group]
    pairs = [100 * nmi(a, b) for a, b in itertools.combinations(labels, 2)]
    ends = {
        name: [score["curves"][name][-1][1] for score in group if name in score["curves"]] for name in SEEN
    }
    return {
        "setting": setting,
        "cell": cell,
        "dataset": dataset,
        "seeds": len(group),
        "agreement": statistics.mean(pairs),
    } | {name: statistics.mean(values) for name, values in ends.items() if values}


def _differences(usual: dict[str, Any], met: dict[str, Any], path: str = "") -> Iterable[tuple[str, Any]]:
    for name in sorted(usual.keys() | met.keys()):
        here, there = usual.get(name), met.get(name)
        if isinstance(here, dict) and isinstance(there, dict):
            yield from _differences(here, there, f"{path}{name}.")
        elif here != there:
            yield f"{path}{name}", there


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    figures = (f"{row[name]:.3f}" if name in row else "" for name in SEEN)
    return (
        row["setting"],
        row["cell"],
        row["dataset"],
        str(row["seeds"]),
        f"{row['agreement']:.2f}",
        *figures,
    )


if __name__ == "__main__":
    main()
