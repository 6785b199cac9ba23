"""What something that is done now and then adds to a training."""

import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from rich.console import Console

from clustering.run import Metrics, Progress
from facet.terminal import table


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
    """When each epoch of the clustering began and ended, by the clock and of the processor."""

    def __init__(self) -> None:
        self.times: list[tuple[float, float]] = []

    def __call__(self, report: object) -> None:
        of_clustering = isinstance(report, Metrics | Progress) and report.stage == "cluster"
        if of_clustering and (isinstance(report, Metrics) or not self.times):
            self.times.append((time.perf_counter(), time.process_time()))

    def seconds(self, *, start: int) -> NDArray[np.float64]:
        """Of every other epoch from a first one on, counted from 0."""
        epochs: NDArray[np.float64] = np.diff(self.times, axis=0)
        return epochs[start::2]


def share(spent: ArrayLike, epochs: ArrayLike, *, every: int, limit: float) -> dict[str, Any]:
    """Part of the time that goes into one call in so many epochs.

    Args:
        spent: seconds of calls, by the clock and of the processor; the median counts.
        epochs: seconds of epochs without a call; the median counts.
    """
    call, epoch = (np.median(np.asarray(each), axis=0) for each in (spent, epochs))
    by_clock, of_processor = call / (every * epoch + call)
    return {
        "call_s": float(call[0]),
        "epoch_s": float(epoch[0]),
        "share": float(by_clock),
        "cpu_share": float(of_processor),
        "holds": bool(by_clock <= limit),
    }


def show(rows: Sequence[dict[str, Any]], *, title: str, call: str, limit: float) -> None:
    """The table: of each row its method, data, number of samples and share."""
    lines = [
        (
            row["method"],
            row["data"],
            f"{row['samples']:,}",
            *(f"{row[name]:.4f}" for name in ("epoch_s", "call_s")),
            *(f"{row[name]:.2%}" for name in ("share", "cpu_share")),
            "yes" if row["holds"] else "NO",
        )
        for row in rows
    ]
    columns = ("", "data", "images", "s/epoch", f"s/{call}", "share", "in CPU time", f"≤ {limit:.1%}")
    Console(width=120).print(table(f"{title}, one thread", columns, lines))
