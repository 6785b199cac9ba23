"""One fit and its score, in a process with one thread."""

import statistics
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.datasets import SUITES
from benchmarks.quality import fits
from benchmarks.quality.fits import Fit, Net
from benchmarks.quality.truth import agreement
from clustering.run import Metrics

COARSE = 10
"""Of what each epoch records, every tenth is kept."""
DATA = SUITES["brb"]


def train(net: Net, folder: Path) -> dict[str, Any]:
    """Train the autoencoder that the pretrained cells of a data set and seed share."""
    return fits.train(net, DATA[net.dataset], folder)


class Clock:
    """When each epoch of the clustering ended."""

    def __init__(self) -> None:
        self.times: list[float] = []

    def __call__(self, report: object) -> None:
        if isinstance(report, Metrics) and report.stage == "cluster":
            self.times.append(time.perf_counter())

    def epoch_s(self) -> float | None:
        """The median; none of a single epoch."""
        steps = np.diff(self.times)
        return float(statistics.median(steps)) if len(steps) else None


def score(fit: Fit, folder: Path) -> dict[str, Any]:
    """Fit and compare with the truth, in percent.

    `curves` and `labels` let rules be judged without the truth: by what the engine observed in training, and
    by how far seeds agree.
    """
    x, y = DATA[fit.dataset]()
    clock = Clock()
    result, about = fits.fitted(fit, x, folder, clock)
    labels = result.clusterings[0].labels.numpy()
    return {
        **about,
        "cell": fit.cell.split("-"),
        **agreement(y, labels),
        "epoch_s": clock.epoch_s(),
        "curves": curves(result.curves),
        "labels": "".join(map(str, labels)),
    }


def curves(found: list[Metrics]) -> dict[str, list[tuple[int, float]]]:
    """Points (epoch, value) of the clustering: every tenth of what each epoch has, all of the rest."""
    found = [metrics for metrics in found if metrics.stage == "cluster"]
    made: dict[str, list[tuple[int, float]]] = {}
    for name in dict.fromkeys(name for metrics in found for name in metrics.values):
        points = [(m.epoch, float(f"{m.values[name]:.4g}")) for m in found if name in m.values]
        rare = len(points) < len(found)
        made[name] = points if rare else [point for point in points if _kept(point[0], len(found))]
    return made


def _kept(epoch: int, last: int) -> bool:
    return epoch == last or epoch % COARSE == 1
