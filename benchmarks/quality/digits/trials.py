"""One fit of ours, or the peer's fits of one seed, and their scores; in a process with one thread."""

import time
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch

from benchmarks.datasets import SUITES
from benchmarks.peer.environment import Child, peer_python
from benchmarks.quality.digits.specs import EPOCHS, autoencoder, spec
from benchmarks.quality.truth import agreement
from clustering import engine
from clustering.params import parse
from clustering.run import Run


class Model(NamedTuple):
    """An autoencoder that methods start from."""

    suite: str
    dataset: str
    seed: int
    augmented: bool

    def home(self, folder: Path) -> Path:
        """Where it is kept."""
        return folder / "-".join(map(str, self))


class Task(NamedTuple):
    """What to fit and score."""

    suite: str
    dataset: str
    method: str
    seed: int
    augmented: bool

    @property
    def model(self) -> Model | None:
        """What it starts from."""
        return None if self.method == "kmeans" else Model(self.suite, self.dataset, self.seed, self.augmented)


class PeerTask(NamedTuple):
    """What the peer is to fit: methods of one data set and seed, which share its autoencoder."""

    suite: str
    dataset: str
    seed: int
    methods: tuple[str, ...]


def pretrain(model: Model, folder: Path) -> dict[str, Any]:
    """Train the autoencoder that every method of this data set and seed starts from."""
    torch.set_num_threads(1)
    x, began = SUITES[model.suite][model.dataset]().x, time.perf_counter()
    result = engine.fit(x, parse(autoencoder(augmented=model.augmented)), Run(seed=model.seed))
    model.home(folder).mkdir(parents=True)
    engine.save(result, model.home(folder))
    loss = result.curves[-1].values["loss"]
    return {**model._asdict(), "loss": loss, "seconds": time.perf_counter() - began}


def score(task: Task, folder: Path) -> dict[str, Any]:
    """Fit and compare with the truth, in percent; `labels` stay in memory."""
    torch.set_num_threads(1)
    x, y = SUITES[task.suite][task.dataset]()
    params = parse(spec(task.method, augmented=task.augmented, n_clusters=len(np.unique(y))))
    initial, began = task.model and task.model.home(folder), time.perf_counter()
    result = engine.fit(x, params, Run(seed=task.seed, initial_model=initial))
    labels = result.clusterings[0].labels.numpy()
    return {
        **task._asdict(),
        **agreement(y, labels),
        "losses": result.curves[-1].values if result.curves else {},
        "seconds": time.perf_counter() - began,
        "labels": labels,
    }


def score_peer(task: PeerTask, folder: Path) -> dict[str, Any]:
    """The peer's `scores` of a seed, `before` its final k-means and after; and each accuracy by method."""
    x, y = SUITES[task.suite][task.dataset]()
    samples = folder / f"{task.dataset}-{task.seed}.npy"
    np.save(samples, x.reshape(len(x), -1))
    program = [str(peer_python()), "-m", "benchmarks.quality.digits.peer"]
    scores = []
    with Child([*program, str(samples), str(task.seed), str(EPOCHS)]) as peer:
        for method in task.methods:
            found = peer.ask({"method": method, "n_clusters": len(np.unique(y))})
            about = {"dataset": task.dataset, "method": method, "seed": task.seed}
            before = agreement(y, np.array(found["before"]))["acc"]
            of_labels = agreement(y, np.array(found["labels"]))
            scores.append({**about, **of_labels, "before": before, "seconds": found["seconds"]})
    return {"scores": scores, **{score["method"]: score["acc"] for score in scores}}
