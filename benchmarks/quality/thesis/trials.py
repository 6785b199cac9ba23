"""One fit and its score, in a process with one thread."""

import os
import shutil
import tempfile
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.quality.brb.scores import Key, digest
from benchmarks.quality.brb.trials import device_name
from benchmarks.quality.thesis.cells import NETS, SHAPING, Cell
from benchmarks.quality.thesis.data import DATA
from clustering import engine
from clustering.metrics.between import matched_nmi
from clustering.params import parse
from clustering.run import Run

EMBEDDING = "embedding.npy"
OF_CLUSTERS = 0.6
"""Weight from which on a dimension counts to the cluster space: T of A.2's main result."""


class Net(NamedTuple):
    """The autoencoder that the cells of a data set and seed share."""

    dataset: str
    seed: int
    engine: str
    device: str = "cpu"

    @property
    def spec(self) -> dict[str, Any]:
        return NETS[self.dataset] | {"method": "autoencoder"}

    def home(self, folder: Path) -> Path:
        """Where it is kept, from run to run."""
        return folder / "-".join([digest(self.spec), self.dataset, str(self.seed), self.engine, self.device])

    def __str__(self) -> str:
        return f"autoencoder {self.dataset} {self.seed}"


class Fit(NamedTuple):
    """What to fit and score."""

    name: str
    """Of the cell."""
    start: str
    spec: Mapping[str, Any]
    seed: int
    engine: str
    """Which code fits."""
    device: str = "cpu"

    @classmethod
    def of(cls, cell: Cell, seed: int, made_by: str, device: str = "cpu") -> "Fit":
        own = {name: NETS[cell.dataset][name] for name in SHAPING} if cell.start == "net" else {}
        initial = {"initial_model": "mdl_0"} if cell.start == "net" else {}
        return cls(cell.name, cell.start, own | dict(cell.spec) | initial, seed, made_by, device)

    @property
    def dataset(self) -> str:
        return self.name.partition("/")[0]

    @property
    def net(self) -> Net | None:
        """What it starts from."""
        return None if self.start == "samples" else Net(self.dataset, self.seed, self.engine, self.device)

    @property
    def whole(self) -> dict[str, Any]:
        """The spec and what it is fitted to."""
        return {"start": self.start, "autoencoder": self.net and self.net.spec, **self.spec}

    @property
    def key(self) -> Key:
        return Key(digest(self.whole), self.dataset, self.seed, self.engine)

    def __str__(self) -> str:
        return f"{self.name} {self.seed}"


def nets_folder() -> Path:
    """Where trained autoencoders are kept."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "facet" / "benchmarks-thesis"


def pretrain(net: Net, folder: Path) -> dict[str, Any]:
    """Train the autoencoder and embed its samples, unless an earlier run has."""
    home, began = net.home(folder), time.perf_counter()
    if not home.exists():
        torch.set_num_threads(1)
        result = engine.fit(DATA[net.dataset]().x, parse(net.spec), Run(seed=net.seed, device=net.device))
        folder.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(dir=folder))
        engine.save(result, made)
        np.save(made / EMBEDDING, result.embeddings.numpy())
        try:
            made.rename(home)
        except OSError:
            shutil.rmtree(made)
    return {"seconds": time.perf_counter() - began}


def score(fit: Fit, folder: Path) -> dict[str, Any]:
    """Fit and compare: NMI in [0, 1] of each true labeling and the clustering that is matched to it."""
    torch.set_num_threads(1)
    x, truths = DATA[fit.dataset]()
    home = fit.net and fit.net.home(folder)
    if home and fit.start == "embedding":
        x = np.load(home / EMBEDDING)
    began = time.perf_counter()
    initial = home if fit.start == "net" else None
    run = Run(seed=fit.seed, device=fit.device, initial_model=initial)
    result = engine.fit(x, parse(fit.spec), run)
    seconds = time.perf_counter() - began
    return {
        "cell": fit.name,
        "dataset": fit.dataset,
        "seed": fit.seed,
        "engine": fit.engine,
        "ended": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "device": device_name(fit.device),
        "seconds": round(seconds, 2),
        "spec": fit.whole,
        **measures([found.labels.numpy() for found in result.clusterings], truths),
        **told(result),
    }


def measures(found: Sequence[NDArray[np.int64]], truths: Mapping[str, NDArray[np.int64]]) -> dict[str, Any]:
    """Matched NMI of each true labeling, their mean, and the clusters of each clustering without outliers."""
    values = [float(value) for value in matched_nmi(found, list(truths.values()))[1]]
    missing = [0.0 if np.isnan(value) else value for value in values]
    clusters = sorted((len(set(labels.tolist()) - {-1}) for labels in found), reverse=True)
    return {
        "nmi": dict(zip(truths, missing, strict=True)),
        "mean_nmi": float(np.mean(missing)),
        "clusters": clusters,
    }


def told(result: engine.Result) -> dict[str, Any]:
    """Clusters of each space, one of noise included; ACe/DeC's dimensions; the agreement of an ensemble."""
    found: dict[str, Any] = {}
    spaces = result.extras.get("spaces")
    if isinstance(spaces, dict):
        found["clusters"] = sorted((space["n_clusters"] for space in spaces["spaces"]), reverse=True)
    weights = result.clusterings[0].weights
    if result.method.params.method == "acedec" and weights is not None:
        found["dimensions"] = int((weights > OF_CLUSTERS).sum())
    if "agreement" in result.extras:
        found["agreement"] = result.extras["agreement"]["mean"]
    return found
