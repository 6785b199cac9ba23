"""Shapes in color: `python -m benchmarks.quality --suite rendered`.

SimCLR, then DCN with BRB, against an autoencoder and k-means, on 2,000 rendered images of 32×32 whose shape
is the label. Each fit runs by itself, in this process, on as many threads as `--threads` says.
"""

import argparse
import json
import time
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import torch
from rich.console import Console

from benchmarks.commit import commit
from benchmarks.datasets import Labeled
from benchmarks.machine import machine
from benchmarks.quality.pages import moments
from benchmarks.quality.rendered.settings import LEAD, LIMIT_S, SPECS
from benchmarks.quality.truth import MEASURES, agreement
from benchmarks.rendered import rendered
from benchmarks.suites import options_of
from clustering import engine
from clustering.params import parse
from clustering.run import Run
from facet.terminal import table

RESULTS = Path(__file__).parents[2] / "results"
FIGURES = (*MEASURES, "seconds", "cpu_seconds")
Row = dict[str, Any]


def main(given: Sequence[str]) -> None:
    """Measure, print, write; the exit status says whether every claim holds."""
    options = arguments(given)
    torch.set_num_threads(options.threads)
    found: dict[str, Any] = {"machine": machine(), "commit": commit(), **vars(options), "specs": SPECS}
    images = rendered(options.samples)
    found["scores"] = [
        score(name, seed, images) for seed in range(options.seeds) for name in options.only or SPECS
    ]
    found["table"] = summaries(found["scores"])
    found["verdict"] = verdict(found["scores"])
    show(found)
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"quality-rendered-{datetime.now(UTC):%Y-%m-%d}.json"
    path.write_text(json.dumps(found, indent=2) + "\n")
    raise SystemExit(not all(claim["holds"] for claim in found["verdict"]))


def arguments(given: Sequence[str]) -> argparse.Namespace:
    """What to measure."""
    parser = options_of("benchmarks.quality --suite rendered", __doc__)
    parser.add_argument("--seeds", type=int, default=3, help="seeds 0 to this number, on the same images")
    parser.add_argument("--samples", type=int, default=2000)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--only", nargs="+", choices=SPECS, help="some of the fits; all if left out")
    return parser.parse_args(given)


def score(name: str, seed: int, images: Labeled) -> Row:
    """Fit and compare with the truth, in percent."""
    began, spent = time.perf_counter(), time.process_time()
    result = engine.fit(images.x, parse(SPECS[name]), Run(seed=seed))
    seconds, labels = time.perf_counter() - began, result.clusterings[0].labels.numpy()
    figures = agreement(images.y, labels) | {"seconds": seconds, "cpu_seconds": time.process_time() - spent}
    print(name, seed, *(f"{key} {value:.1f}" for key, value in figures.items()), flush=True)
    return {"what": name, "seed": seed, **figures, "losses": losses(result.curves)}


def losses(curves: Iterable[Any]) -> dict[str, Any]:
    """What the last epoch of each stage recorded."""
    return {metrics.stage: metrics.values for metrics in curves}


def summaries(scores: Iterable[Row]) -> list[Row]:
    """Mean and deviation over seeds, for each fit."""
    by_name: dict[str, list[Row]] = {}
    for each in scores:
        by_name.setdefault(each["what"], []).append(each)
    return [
        {"what": name, "seeds": len(own)}
        | {figure: moments([score[figure] for score in own]) for figure in FIGURES}
        for name, own in by_name.items()
    ]


def verdict(scores: Sequence[Row]) -> list[dict[str, Any]]:
    """Every claim, and whether it holds; none while ours or all baselines are missing."""
    ours, *_ = SPECS
    rows = {row["what"]: row for row in summaries(scores)}
    others = [row["acc"][0] for name, row in rows.items() if name != ours]
    if ours not in rows or not others:
        return []
    lead, slowest = rows[ours]["acc"][0] - max(others), max(s["seconds"] for s in scores if s["what"] == ours)
    return [
        {"claim": f"{ours} leads by {lead:.1f} ≥ {LEAD:g} points of ACC", "holds": lead >= LEAD},
        {"claim": f"its slowest fit took {slowest:.0f} ≤ {LIMIT_S:g} s", "holds": slowest <= LIMIT_S},
    ]


def show(found: dict[str, Any]) -> None:
    """The table and what it says."""
    console = Console(width=120)
    rows = [
        (row["what"], *(f"{row[name][0]:.1f} ± {row[name][1]:.1f}" for name in FIGURES))
        for row in found["table"]
    ]
    title = f"{found['samples']} rendered images, {found['seeds']} seeds, {found['threads']} threads"
    console.print(table(title, ("", "ACC", "NMI", "ARI", "s/fit", "CPU s/fit"), rows))
    for claim in found["verdict"]:
        console.print("holds:" if claim["holds"] else "MISSED:", claim["claim"])
