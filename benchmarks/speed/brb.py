"""What resets add to a training: `python -m benchmarks.speed --suite brb`.

An augmented fit in the setting of the BRB paper (an autoencoder d-1024-512-256-k, a reset every 20 epochs, a
reclustering of 10,000 samples) on 10,000 images and more: MNIST's 5,000 and affine views of them. The share
is of the time inside `reset_and_recluster` in all of the clustering's; the paper has 1.1 %.
"""

import argparse
import json
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

import numpy as np
import torch
from numpy.typing import NDArray
from rich.console import Console

from benchmarks.commit import commit
from benchmarks.datasets import mnist
from benchmarks.machine import machine
from benchmarks.quality.brb.settings import METHODS, Cell, Settings, spec
from benchmarks.speed.plain import RESULTS
from clustering import engine
from clustering.augment import augmenter
from clustering.methods import centroid
from clustering.params import parse
from clustering.params.augment import AffineAugment
from clustering.run import Metrics, Progress, Run
from facet.terminal import table

LIMIT = 0.011
INTERVAL = 20


def main(given: Sequence[str]) -> None:
    """Measure, print, write; the exit status says whether each share is within the limit."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.speed --suite brb",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=list(METHODS))
    parser.add_argument("--samples", type=int, default=10_000)
    parser.add_argument("--resets", type=int, default=2, help="intervals that are trained")
    options = parser.parse_args(given)
    torch.set_num_threads(1)
    found: dict[str, Any] = {"machine": machine(), "commit": commit(), **vars(options)}
    x = images(options.samples)
    found["verdict"] = [measured(method, x, options.resets) for method in options.methods]
    show(found)
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"speed-brb-{datetime.now(UTC):%Y-%m-%d}.json"
    path.write_text(json.dumps(found, indent=2) + "\n")
    raise SystemExit(not all(row["holds"] for row in found["verdict"]))


def images(n: int) -> NDArray[np.float32]:
    """MNIST images (n, 28, 28), followed by affine views of them until there are enough."""
    once, view = torch.from_numpy(mnist().x)[:, None], augmenter(AffineAugment())
    assert view is not None
    generator = torch.Generator().manual_seed(0)
    parts = [once, *(view(once, generator) for _ in range((n - 1) // len(once)))]
    many: NDArray[np.float32] = torch.cat(parts)[:n, 0].numpy()
    return many


class Inside:
    """A function, and the seconds spent in its calls."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.seconds: list[tuple[float, float]] = []
        """Of each call, by the clock and of the processor."""

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        began = time.perf_counter(), time.process_time()
        try:
            return self.function(*arguments, **named)
        finally:
            self.seconds.append((time.perf_counter() - began[0], time.process_time() - began[1]))


class Clock:
    """When the clustering began and last ended an epoch."""

    def __init__(self) -> None:
        self.times: list[tuple[float, float]] = []

    def __call__(self, report: object) -> None:
        of_clustering = isinstance(report, Metrics | Progress) and report.stage == "cluster"
        if of_clustering and (isinstance(report, Metrics) or not self.times):
            self.times.append((time.perf_counter(), time.process_time()))


def measured(method: str, x: NDArray[np.float32], resets: int) -> dict[str, Any]:
    """Train so many intervals, each of which ends with a reset: the last at the top of one more epoch."""
    own, clock = (
        spec(Cell(method, "brb", "scratch"), "mnist", Settings(epochs=resets * INTERVAL + 1)),
        Clock(),
    )
    inside = Inside(centroid.reset_and_recluster)
    with patch.object(centroid, "reset_and_recluster", inside):
        engine.fit(x, parse(own), Run(report=clock))
    first, last = clock.times[0], clock.times[-2]
    final = inside.seconds[-1]
    spent = [sum(each) for each in zip(*inside.seconds, strict=True)]
    total = [last[i] - first[i] + final[i] for i in (0, 1)]
    return {
        "method": method,
        "reset_s": spent[0] / resets,
        "epoch_s": (total[0] - spent[0]) / (resets * INTERVAL),
        "share": spent[0] / total[0],
        "cpu_share": spent[1] / total[1],
        "holds": spent[0] / total[0] <= LIMIT,
    }


def show(found: dict[str, Any]) -> None:
    """The table."""
    rows = [
        (
            row["method"],
            *(f"{row[name]:.3f}" for name in ("epoch_s", "reset_s")),
            *(f"{row[name]:.2%}" for name in ("share", "cpu_share")),
            "yes" if row["holds"] else "NO",
        )
        for row in found["verdict"]
    ]
    columns = ("", "s/epoch", "s/reset", "share", "in CPU time", f"≤ {LIMIT:.1%}")
    title = f"BRB every {INTERVAL} epochs on {found['samples']} images, one thread"
    Console(width=120).print(table(title, columns, rows))
