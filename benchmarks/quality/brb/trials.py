"""One fit and its score, in a process with one thread."""

import os
import shutil
import statistics
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch

from benchmarks.datasets import SUITES
from benchmarks.machine import processor
from benchmarks.quality.brb import settings as brb
from benchmarks.quality.brb.scores import Key, digest
from benchmarks.quality.brb.settings import Cell, Settings
from clustering import engine
from clustering.metrics.agreement import accuracy, ari, nmi
from clustering.params import parse
from clustering.run import Metrics, Run

COARSE = 10
"""Of what each epoch records, every tenth is kept."""


class Fit(NamedTuple):
    """What to fit and score."""

    cell: Cell
    dataset: str
    seed: int
    settings: Settings
    engine: str
    """Which code fits."""
    device: str = "cpu"

    @property
    def spec(self) -> dict[str, Any]:
        return brb.spec(self.cell, self.dataset, self.settings)

    @property
    def key(self) -> Key:
        return Key(digest(self.spec), self.dataset, self.seed, self.engine)

    @property
    def model(self) -> "Model | None":
        """What it starts from."""
        made = Model(self.dataset, self.seed, self.settings, self.engine, self.device)
        return made if self.cell.start == "pretrained" else None

    def __str__(self) -> str:
        return f"{self.cell.name} {self.dataset} {self.seed}"


class Model(NamedTuple):
    """An autoencoder that the pretrained cells of a data set and seed start from."""

    dataset: str
    seed: int
    settings: Settings
    engine: str
    device: str = "cpu"

    @property
    def spec(self) -> dict[str, Any]:
        return brb.autoencoder(self.dataset, self.settings)

    def home(self, folder: Path) -> Path:
        """Where it is kept, from run to run."""
        return folder / "-".join([digest(self.spec), self.dataset, str(self.seed), self.engine, self.device])

    def __str__(self) -> str:
        return f"autoencoder {self.dataset} {self.seed}"


def models_folder() -> Path:
    """Where trained autoencoders are kept."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "facet" / "benchmarks-brb"


def pretrain(model: Model, folder: Path) -> dict[str, Any]:
    """Train the autoencoder, unless an earlier run has."""
    home, began = model.home(folder), time.perf_counter()
    if not home.exists():
        torch.set_num_threads(1)
        run = Run(seed=model.seed, device=model.device)
        result = engine.fit(SUITES["brb"][model.dataset]().x, parse(model.spec), run)
        folder.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(dir=folder))
        engine.save(result, made)
        try:
            made.rename(home)
        except OSError:
            shutil.rmtree(made)
    return {"seconds": time.perf_counter() - began}


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
    torch.set_num_threads(1)
    x, y = SUITES["brb"][fit.dataset]()
    clock, began = Clock(), time.perf_counter()
    initial = fit.model and fit.model.home(folder)
    run = Run(seed=fit.seed, device=fit.device, report=clock, initial_model=initial)
    result = engine.fit(x, parse(fit.spec), run)
    seconds, labels = time.perf_counter() - began, result.clusterings[0].labels.numpy()
    return {
        "cell": list(fit.cell),
        "dataset": fit.dataset,
        "seed": fit.seed,
        "engine": fit.engine,
        "device": device_name(fit.device),
        "ended": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "acc": round(100 * accuracy(y, labels), 3),
        "nmi": round(100 * nmi(y, labels), 3),
        "ari": round(100 * ari(y, labels), 3),
        "seconds": round(seconds, 2),
        "epoch_s": clock.epoch_s(),
        "spec": fit.spec,
        "curves": curves(result.curves),
        "labels": "".join(map(str, labels)),
    }


def device_name(device: str) -> str:
    """What the vendor calls a torch device; of the CPU, its processor."""
    return torch.cuda.get_device_name(device) if "cuda" in device else processor()


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
