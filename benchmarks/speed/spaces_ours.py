"""Fits Facet's engine on request: the counterpart of `spaces_peer.py`.

Reads one JSON order a line from stdin, answers with one JSON line on stdout.
"""

import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch

from benchmarks.speed.ours import NET
from clustering import engine
from clustering.params import parse
from clustering.run import Metrics, Run

DEEP: dict[str, Any] = NET | {
    "lr": 1e-4,
    "reconstruction_mean": "sample",
    "initial_model": "mdl_0",
    "init_starts": 1,
    "init_steps": 100,
}
"""The start is not timed, so a short one does."""


class Clock:
    """When each epoch of the clustering ended: by the clock, and of the processor."""

    def __init__(self) -> None:
        self.times: list[tuple[float, float]] = []

    def __call__(self, report: object) -> None:
        if isinstance(report, Metrics) and report.stage == "cluster":
            self.times.append((time.perf_counter(), time.process_time()))

    def epoch(self) -> tuple[float, float]:
        """Means over the epochs after the first, whose beginning is not reported."""
        wall, cpu = np.diff(self.times, axis=0).mean(0)
        return float(wall), float(cpu)


def nrkmeans(x: np.ndarray, order: dict[str, Any]) -> dict[str, Any]:
    """Seconds of one start through the engine, its iterations, and each space's labels and directions."""
    spec = {"method": "nrkmeans", "scale": "none", "n_init": 1, "n_clusters": order["n_clusters"]}
    began = time.perf_counter(), time.process_time()
    result = engine.fit(x, parse(spec), Run(seed=order["seed"]))
    wall, cpu = time.perf_counter() - began[0], time.process_time() - began[1]
    told, rotation = result.extras["spaces"], result.extras["rotation"].numpy()
    labels = iter(found.labels.tolist() for found in result.clusterings)
    spaces = [
        {
            "labels": [0] * len(x) if space["n_clusters"] == 1 else next(labels),
            "directions": rotation[:, space["dimensions"]].T.tolist(),
        }
        for space in told["spaces"]
    ]
    return {"fit_s": wall, "fit_cpu_s": cpu, "iterations": told["iterations"], "spaces": spaces}


def deep(x: np.ndarray, order: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Seconds an epoch of the clustering alone, and how well its net reconstructs."""
    pretrained = NET | {"method": "autoencoder", "epochs": 1}
    engine.save(engine.fit(x, parse(pretrained), Run(seed=order["seed"])), folder)
    spec = DEEP | {"method": order["what"]} | {name: order[name] for name in ("n_clusters", "epochs")}
    clock = Clock()
    result = engine.fit(x, parse(spec), Run(seed=order["seed"], report=clock, initial_model=folder))
    wall, cpu = clock.epoch()
    error = result.decode(result.embeddings) - x
    return {"epoch_s": wall, "epoch_cpu_s": cpu, "loss": float(np.square(error).mean())}


def main() -> None:
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        for line in sys.stdin:
            order = json.loads(line)
            x = np.load(Path(sys.argv[1], f"{order['what']}.npy"))
            plain = order["what"] == "nrkmeans"
            found = nrkmeans(x, order) if plain else deep(x, order, Path(folder))
            print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main()
