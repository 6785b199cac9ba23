"""Fits Facet's engine on request: the counterpart of `peer.py`.

Reads one JSON order a line from stdin, answers with one JSON line on stdout.
"""

import json
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import torch

from benchmarks.speed import products
from clustering import engine
from clustering.params import parse
from clustering.run import Metrics, Progress, Run

NET = {
    "scale": "none",
    "net": {"type": "mlp", "hidden": [512, 256, 128], "activation": "leaky_relu"},
    "embedding_dim": 10,
    "batch_size": 256,
    "clip_norm": None,
}
DCN = NET | {
    "method": "dcn",
    "n_clusters": 10,
    "lr": 1e-4,
    "cluster_weight": 0.05,  # the peer's 0.1, halved in its loss
    "cluster_mean": "sample",
    "reconstruction_mean": "sample",
    "initial_model": "mdl_0",
}
VIEWS = NET | {"scale": "standard"}
IDEC = {
    "method": "idec",
    "n_clusters": 10,
    "augment": {"type": "affine"},
    "lr": 1e-4,
    "cluster_weight": 0.1,
    "reconstruction_mean": "sample",
    "initial_model": "mdl_0",
}


class Clock:
    """Seconds an epoch of a fit's only stage: by the clock, and of the processor."""

    def __init__(self) -> None:
        self.times: list[tuple[float, float]] = []

    def __call__(self, report: object) -> None:
        if isinstance(report, Metrics) or (isinstance(report, Progress) and not self.times):
            self.times.append((time.perf_counter(), time.process_time()))

    def found(self) -> dict[str, float]:
        epochs = len(self.times) - 1
        wall, cpu = (
            (last - first) / epochs for first, last in zip(self.times[0], self.times[-1], strict=True)
        )
        return {"epoch_s": wall, "epoch_cpu_s": cpu}


def fit(x: np.ndarray, spec: dict, seed: int, initial: Path | None = None) -> tuple[engine.Result, dict]:
    clock = Clock()
    result = engine.fit(x, parse(spec), Run(seed=seed, report=clock, initial_model=initial))
    error = result.decode(result.embeddings).reshape(x.shape) - x
    return result, clock.found() | {"loss": float(np.square(error).mean())}


def idec(x: np.ndarray, order: dict, model: Path) -> dict:
    """An augmented IDEC, after one epoch of plain reconstruction that is not timed."""
    model.mkdir(exist_ok=True)
    images, shared = x.reshape(-1, 28, 28), VIEWS | {"precision": order["precision"]}
    shared["net"] = NET["net"] | {"hidden": order["hidden"]}
    engine.save(fit(images, shared | {"method": "autoencoder", "epochs": 1}, order["seed"])[0], model)
    spec = shared | IDEC | {"epochs": order["epochs"]}
    result, found = fit(images, spec, order["seed"], model)
    decoded = result.decode(result.embeddings)[..., 0]
    return found | {"loss": float(np.square((decoded - images) / images.std()).mean())}


def answer(x: np.ndarray, order: dict, models: Path) -> dict:
    what, seed, epochs = order["what"], order["seed"], order["epochs"]
    autoencoder = {"method": "autoencoder", "epochs": epochs}
    model = models / order["precision"]
    if what == "ae":
        result, found = fit(x, NET | autoencoder | {"precision": order["precision"]}, seed)
        model.mkdir(exist_ok=True)
        engine.save(result, model)
        return found
    if what == "idec":
        return idec(x, order, model)
    if what == "dcn":
        return fit(x, DCN | {"epochs": epochs, "precision": order["precision"]}, seed, model)[1]
    if what in ("ae products", "dcn products"):
        encoder = [x.shape[1], *NET["net"]["hidden"], NET["embedding_dim"]]
        shape, embeds = (encoder, NET["batch_size"], order["precision"]), what == "dcn products"
        return products.epoch(*shape, len(x), epochs, embeds=embeds)
    images = (255 * x).round().astype(np.uint8).reshape(-1, 28, 28, 1)
    spec = NET | autoencoder | {"scale": "auto"}
    if what == "twice":
        return fit(np.concatenate([images, images]), spec, seed)[1]
    return fit(images, spec | {"augment": {"type": "affine"}}, seed)[1]


def main() -> None:
    torch.set_num_threads(1)
    x = np.load(sys.argv[1])
    with tempfile.TemporaryDirectory() as models:
        for line in sys.stdin:
            print(json.dumps(answer(x, json.loads(line), Path(models))), flush=True)


if __name__ == "__main__":
    main()
