"""Seconds an epoch of an augmented IDEC, in turn with ClustPy.

`python -m benchmarks.speed --suite augmented`: 5,000 MNIST images, batches of 256, one thread each; the peer
transforms sample by sample in a DataLoader without workers. Two nets: that of the plain suite, and that of
the BRB paper. In each round both fit the same things one after the other; ratios are medians over rounds.
"""

import itertools
import json
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from benchmarks.commit import commit
from benchmarks.datasets import mnist
from benchmarks.machine import machine
from benchmarks.peer.environment import PEER, Child, peer_python
from benchmarks.speed.plain import RESULTS, compare, mean
from benchmarks.suites import options_of
from clustering.nets.precision import fast_bfloat16
from facet.terminal import table

NETS = {"plain": (512, 256, 128), "brb": (1024, 512, 256)}
VIEWS = ("pil", "tensor")
"""How the peer draws views: through PIL as its documentation shows, or on tensors."""
CLAIMED = ("pil", "float32")
LEAST = 8.0


def main(given: Sequence[str]) -> None:
    """Measure, print, write; the exit status says whether every ratio is reached."""
    parser = options_of("benchmarks.speed --suite augmented", __doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=5)
    options = parser.parse_args(given)
    found: dict[str, Any] = {"machine": machine(), "commit": commit(), "peer": PEER, **vars(options)}
    found["rounds"] = measured(options.rounds, options.epochs)
    found["verdict"] = verdict(found["rounds"])
    show(found)
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"speed-augmented-{datetime.now(UTC):%Y-%m-%d}.json"
    path.write_text(json.dumps(found, indent=2) + "\n")
    raise SystemExit(not all(row["holds"] for row in found["verdict"] if row["claimed"]))


def measured(rounds: int, epochs: int) -> list[dict[str, Any]]:
    """Every net once a round, by the peer and by us in turn."""
    with tempfile.TemporaryDirectory(prefix="facet-benchmark-") as folder:
        samples = Path(folder, "x.npy")
        np.save(samples, mnist().x.reshape(-1, 784))
        with (
            Child([str(peer_python()), "-m", "benchmarks.speed.peer_augmented", str(samples)]) as peer,
            Child([sys.executable, "-m", "benchmarks.speed.ours", str(samples)]) as ours,
        ):
            orders = [{"seed": seed, "epochs": epochs} for seed in range(rounds)]
            return [one_round(peer, ours, order) for order in orders]


def one_round(peer: Child, ours: Child, order: dict[str, Any]) -> dict[str, Any]:
    """Figures by net and by who fitted."""
    found = {}
    for name, hidden in NETS.items():
        asked = order | {"what": "idec", "hidden": hidden}
        found |= {f"{name} {views}": peer.ask(asked | {"views": views}) for views in VIEWS}
        found |= {
            f"{name} {precision}": ours.ask(asked | {"precision": precision}) for precision in formats()
        }
    return found


def formats() -> list[str]:
    """Number formats of ours that are worth timing here."""
    return ["float32", "bfloat16"] if fast_bfloat16("cpu") else ["float32"]


def verdict(rounds: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Median ratios against the least; the claim is about the documented views and float32."""
    rows = []
    for (name, hidden), views, precision in itertools.product(NETS.items(), VIEWS, formats()):
        peer, ours = f"{name} {views}", f"{name} {precision}"
        row = compare(rounds, {"peer": peer, "ours": ours})
        row["loss_ratio"] = mean(rounds, ours, "loss") / mean(rounds, peer, "loss")
        row["what"] = f"784-{'-'.join(map(str, hidden))}-10, peer by {views}, ours in {precision}"
        rows.append(row | {"claimed": (views, precision) == CLAIMED, "holds": row["ratio"] >= LEAST})
    return rows


def show(found: dict[str, Any]) -> None:
    """The table."""
    rows = [
        (
            row["what"],
            *(f"{seconds:.3f}" for seconds in row["epoch_s"].values()),
            *(f"{row[name]:.2f}" for name in ("ratio", "cpu_ratio", "loss_ratio")),
            "yes" if row["holds"] else "NO",
        )
        for row in found["verdict"]
    ]
    columns = ("", "peer s/epoch", "ours s/epoch", "ratio", "in CPU time", "loss ratio", f"≥ {LEAST:g}")
    Console(width=120).print(table("Augmented IDEC, 5,000 MNIST images, one thread", columns, rows))
