"""What small presets take on one core: `python -m benchmarks.presets`.

One preset or two of each method whose experiments at full scale need a GPU, fitted as `clustering.fit` would,
with the preset's number of samples: rendered shapes in color, or MNIST images where it wants gray ones. At
most ten minutes of the processor each. Rows join those of the same day's file.
"""

import argparse
import json
import time
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from benchmarks.datasets import mnist
from benchmarks.machine import peak_mib
from benchmarks.quality.pool import processes
from benchmarks.rendered import rendered
from benchmarks.rows import surroundings, write_rows
from clustering import engine
from clustering.presets import PRESETS, DatasetFacts
from clustering.run import Run
from facet.terminal import table

CHOSEN = (
    "cc/cifar10-small",
    "cc/tiny-imagenet-small",
    "iic/cifar10-small",
    "iic/mnist-small",
    "pica/cifar10-small",
    "divclust/cc-cifar10-80-small",
    "divclust/iic-cifar10-80-small",
    "divclust/pica-cifar10-80-small",
    "deepclue/cifar10-small",
    "deepclue/fashion-small",
    "deepclue/cifar10-projection-small",
    "propos/propos-cifar10-small",
    "digpro/digpro-imagenet-10-small",
    "digpro/digpro-tiny-imagenet-small",
)
LIMIT_S = 600.0


def main(given: Sequence[str] | None = None) -> None:
    """Measure, print, write; the exit status says whether every preset keeps within its minutes."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.presets", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=CHOSEN, default=list(CHOSEN))
    options = parser.parse_args(given)
    found = {}
    for name in options.only:
        around = surroundings()
        with processes(1) as pool:  # a process each, whose peak of memory is that of one fit
            found[name] = pool.submit(fitted, name).result()
        path = write_rows("presets", {name: found[name]}, around)
    lines = [(name, json.dumps(row), "yes" if row["holds"] else "NO") for name, row in found.items()]
    Console(width=160).print(table(f"Small presets, one core ({path.name})", ("", "took", "holds"), lines))
    raise SystemExit(not all(row["holds"] for row in found.values()))


def fitted(name: str) -> dict[str, Any]:
    """Seconds and memory of this process for one fit, and what came out."""
    preset = PRESETS[name]
    x = images(preset.dataset)
    began = time.perf_counter(), time.process_time()
    result = engine.fit(x, preset.params, Run())
    wall, cpu = time.perf_counter() - began[0], time.process_time() - began[1]
    used = [len(np.unique(found.labels)) for found in result.clusterings]
    return {
        "cpu_s": cpu,
        "wall_s": wall,
        "peak_gib": peak_mib() / 1024,
        "samples": len(x),
        "epochs": preset.params.model_dump()["epochs"],
        "clusters_used": used,
        "holds": cpu <= LIMIT_S,
    }


def images(data: DatasetFacts) -> NDArray[np.uint8]:
    """Bytes (n, h, w, c) as the preset's data have them."""
    if data.shape == (28, 28, 1):
        x = mnist().x
        return (x[np.arange(data.n) * len(x) // data.n, :, :, None] * 255).astype(np.uint8)
    return rendered(data.n).x.astype(np.uint8)


if __name__ == "__main__":
    main()
