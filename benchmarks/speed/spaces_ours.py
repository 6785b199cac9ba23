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
from clustering.partition.nonredundant import Options, Start
from clustering.partition.nrkmeans import refined
from clustering.run import Metrics, Run

DEEP: dict[str, Any] = NET | {
    "lr": 1e-4,
    "reconstruction_mean": "sample",
    "initial_model": "mdl_0",
    "init_starts": 1,
    "init_steps": 100,
}
"""The start is not timed, so a short one does."""
OWN: dict[str, dict[str, Any]] = {"acedec": {}, "enrc": {"per_cluster": False}}
"""What makes the loss the peer's."""


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
    """Seconds of a search from the start given, its iterations, and each space's labels and directions."""
    given = order["start"]
    start = Start(
        rotation=torch.tensor(given["rotation"], dtype=torch.float64),
        dimensions=[torch.tensor(share) for share in given["shares"]],
        centers=[torch.tensor(centers, dtype=torch.float64) for centers in given["centers"]],
    )
    samples = torch.from_numpy(x.astype(float))
    began = time.perf_counter(), time.process_time()
    found = refined(samples, start, Options(prune=True))
    wall, cpu = time.perf_counter() - began[0], time.process_time() - began[1]
    spaces = [
        {"labels": labels.tolist(), "directions": found.rotation[:, own].T.tolist()}
        for labels, own in zip(found.labels, found.dimensions, strict=True)
    ]
    told = {"fit_s": wall, "fit_cpu_s": cpu, "iterations": found.iterations, "spaces": spaces}
    return told | job(x, order)


def job(x: np.ndarray, order: dict[str, Any]) -> dict[str, Any]:
    """Seconds of a whole job of one start through the engine, and its iterations."""
    spec = {"method": "nrkmeans", "scale": "none", "n_init": 1, "n_clusters": order["n_clusters"]}
    began = time.perf_counter()
    result = engine.fit(x, parse(spec), Run(seed=order["seed"]))
    return {"job_s": time.perf_counter() - began, "job_iterations": result.extras["spaces"]["iterations"]}


def deep(x: np.ndarray, order: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Seconds an epoch of the clustering alone, and how well its net reconstructs."""
    pretrained = NET | {"method": "autoencoder", "epochs": 1}
    engine.save(engine.fit(x, parse(pretrained), Run(seed=order["seed"])), folder)
    asked = {name: order[name] for name in ("n_clusters", "epochs")}
    spec = DEEP | OWN[order["what"]] | {"method": order["what"]} | asked
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
