"""Fits that are scored, and the trained models that they start from."""

import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.machine import processor
from benchmarks.quality.scores import Key, Score, digest
from clustering import engine
from clustering.modalities import Modalities
from clustering.params import parse
from clustering.run import Report, Run

EMBEDDING, SECONDS = "embedding.npy", "seconds.json"


class Samples(Protocol):
    """A data set; what else it knows is the suite's."""

    @property
    def x(self) -> NDArray[Any]: ...


class Net(NamedTuple):
    """A model that several fits to a data set with one seed start from."""

    json: str
    """Its spec."""
    dataset: str
    seed: int
    engine: str
    """Which code trains it."""
    device: str = "cpu"

    @property
    def spec(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.json)
        return found

    def home(self, folder: Path) -> Path:
        """Where it is kept, from run to run."""
        return folder / "-".join([digest(self.spec), self.dataset, str(self.seed), self.engine, self.device])

    def __str__(self) -> str:
        return f"{self.spec['method']} {self.dataset} {self.seed}"


class Fit(NamedTuple):
    """What to fit and score."""

    cell: str
    """Name of the table's row."""
    dataset: str
    seed: int
    spec: Mapping[str, Any]
    engine: str
    """Which code fits."""
    device: str = "cpu"
    net: Net | None = None
    on_embedding: bool = False
    """Whether it sees the net's embedding instead of the samples."""
    about: Mapping[str, Any] = {}
    """What else makes two fits differ."""
    as_is: bool = False
    """Whether what the net itself makes of the samples is scored, without another fit."""

    @property
    def whole(self) -> dict[str, Any]:
        """What its score is kept under."""
        return {**self.about, **self.spec}

    @property
    def key(self) -> Key:
        return Key(digest(self.whole), self.dataset, self.seed, self.engine)

    def __str__(self) -> str:
        return f"{self.cell} {self.dataset} {self.seed}"


def nets_folder(suite: str) -> Path:
    """Where a suite's trained models are kept."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "facet" / f"benchmarks-{suite}"


def train(net: Net, data: Callable[[], Samples], folder: Path) -> dict[str, Any]:
    """Train a model and embed its samples, unless an earlier run has."""
    home, began = net.home(folder), time.perf_counter()
    if not home.exists():
        torch.set_num_threads(1)
        result = engine.fit(data().x, parse(net.spec), Run(seed=net.seed, device=net.device))
        folder.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(dir=folder))
        engine.save(result, made)
        np.save(made / EMBEDDING, result.embeddings.numpy())
        (made / SECONDS).write_text(json.dumps(round(time.perf_counter() - began, 2)))
        try:
            made.rename(home)
        except OSError:
            shutil.rmtree(made)
    return {"seconds": time.perf_counter() - began}


def fitted(
    fit: Fit,
    x: NDArray[Any],
    folder: Path,
    report: Callable[[Report], None] = lambda _: None,
    *,
    modalities: Modalities | None = None,
) -> tuple[engine.Result, Score]:
    """A fit's result, and what every score tells of it; `net_seconds` is what its net took, if known."""
    torch.set_num_threads(1)
    home = fit.net and fit.net.home(folder)
    before = json.loads((home / SECONDS).read_text()) if home and (home / SECONDS).exists() else 0.0
    if home and fit.on_embedding:
        x, home = np.load(home / EMBEDDING), None
    run = Run(seed=fit.seed, device=fit.device, report=report, initial_model=home)
    began = time.perf_counter()
    if home and fit.as_is:
        result = engine.apply(home, x, run, modalities=modalities)
    else:
        result = engine.fit(x, parse(fit.spec), run, modalities=modalities)
    return result, {
        "cell": fit.cell,
        "dataset": fit.dataset,
        "seed": fit.seed,
        "engine": fit.engine,
        "device": device_name(fit.device),
        "ended": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "seconds": round(time.perf_counter() - began, 2),
        "net_seconds": before,
        "spec": fit.whole,
    }


def device_name(device: str) -> str:
    """What the vendor calls a torch device; of the CPU, its processor."""
    return torch.cuda.get_device_name(device) if "cuda" in device else processor()
