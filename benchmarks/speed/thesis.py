"""NrKmeans, ENRC and ACe/DeC in turn with ClustPy: `python -m benchmarks.speed --suite thesis`.

Seconds a search of non-redundant k-means on 5,000 × 64 and what its spaces cost, of both from the same
rotation, shares and centers; our whole job, from a start of its own, is told beside it. Seconds an epoch of
ENRC on pairs of MNIST digits and of ACe/DeC on MNIST, 5,000 samples each, over an autoencoder 512-256-128-10
in float32. One thread each. In each round both fit the same things one after the other; ratios are medians.
"""

import argparse
import json
import statistics
import sys
import tempfile
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from sklearn.cluster import kmeans_plusplus

from benchmarks.commit import commit
from benchmarks.datasets import mnist
from benchmarks.generated.pairs import digit_pairs
from benchmarks.generated.points import subspaces
from benchmarks.machine import machine
from benchmarks.peer.environment import PEER, Child, peer_python
from benchmarks.speed.plain import RESULTS
from benchmarks.suites import options_of
from facet.terminal import table

PLANES = (5, 4, 3)
ORDERS: dict[str, dict[str, Any]] = {
    "nrkmeans": {"n_clusters": [*PLANES, 1]},
    "enrc": {"n_clusters": [10, 10]},
    "acedec": {"n_clusters": 10},
}
LEAST = {"nrkmeans": 5.0, "enrc": 1.5, "acedec": 1.5}
TOLERANCE = 0.01
"""By how much more the spaces may cost on average: rounding may lead to another optimum."""


def main(given: Sequence[str]) -> None:
    """Measure, print, write; the exit status says whether every claim holds."""
    parser = options_of("benchmarks.speed --suite thesis", __doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--only", nargs="+", choices=ORDERS, default=list(ORDERS))
    options = parser.parse_args(given)
    if options.epochs < 2:
        parser.error("--epochs: at least 2, as the first epoch's beginning is not reported")
    found: dict[str, Any] = {"machine": machine(), "commit": commit(), "peer": PEER, **vars(options)}
    found["rounds"] = measured(options)
    found["verdict"] = [compared(what, found["rounds"]) for what in options.only]
    show(found)
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"speed-thesis-{datetime.now(UTC):%Y-%m-%d}.json"
    path.write_text(json.dumps(found, indent=2) + "\n")
    raise SystemExit(not all(row["holds"] for row in found["verdict"]))


def measured(options: argparse.Namespace) -> list[dict[str, Any]]:
    """A round: everything once, by the peer and by us in turn."""
    with tempfile.TemporaryDirectory(prefix="facet-benchmark-") as folder:
        samples = data(options.only)
        for what, x in samples.items():
            np.save(Path(folder, f"{what}.npy"), x)
        with (
            Child([str(peer_python()), "-m", "benchmarks.speed.spaces_peer", folder]) as peer,
            Child([sys.executable, "-m", "benchmarks.speed.spaces_ours", folder]) as ours,
        ):
            return [
                {
                    what: {
                        name: settled(child.ask(asked), samples[what])
                        for name, child in (("peer", peer), ("ours", ours))
                    }
                    for what in options.only
                    for asked in [order(what, seed, options.epochs, samples[what])]
                }
                for seed in range(options.rounds)
            ]


def data(chosen: Iterable[str]) -> dict[str, np.ndarray]:
    """Samples (5000, d) float32 for each method."""
    made = {
        "nrkmeans": lambda: subspaces(5000, PLANES, noise=64 - 2 * len(PLANES)).x,
        "enrc": lambda: digit_pairs(5000).x.reshape(5000, -1),
        "acedec": lambda: mnist().x.reshape(5000, -1),
    }
    return {what: make() for what, make in made.items() if what in chosen}


def order(what: str, seed: int, epochs: int, x: np.ndarray) -> dict[str, Any]:
    """What either side is asked for; of non-redundant k-means with the start that both take."""
    asked = ORDERS[what] | {"what": what, "seed": seed, "epochs": epochs}
    return asked | {"start": start(x, asked["n_clusters"], seed)} if what == "nrkmeans" else asked


def start(x: np.ndarray, clusters: Sequence[int], seed: int) -> dict[str, Any]:
    """A random rotation of the features of x (n, d), their shares, and centers (k, d) by k-means++."""
    rng = np.random.default_rng(seed)
    rotation = np.linalg.qr(rng.normal(size=(x.shape[1], x.shape[1])))[0]
    shares = np.array_split(rng.permutation(x.shape[1]), len(clusters))
    centers = [kmeans_plusplus(x.astype(float), k, random_state=seed + s)[0] for s, k in enumerate(clusters)]
    return {
        "rotation": rotation.tolist(),
        "shares": [share.tolist() for share in shares],
        "centers": [each.tolist() for each in centers],
    }


def settled(found: dict[str, Any], x: np.ndarray) -> dict[str, Any]:
    """The figures of one fit: spaces become what they cost, on one scale for both sides."""
    if "spaces" in found:
        found["cost"] = cost(x.astype(float), found.pop("spaces"))
    return found


def cost(x: np.ndarray, spaces: Iterable[dict[str, Any]]) -> float:
    """Squared distances of samples (n, d) from the means of their clusters, each along its space's axes."""
    total = 0.0
    for space in spaces:
        seen = x @ np.linalg.qr(np.array(space["directions"]).T)[0]
        labels = np.array(space["labels"])
        total += sum(
            np.square(own - own.mean(0)).sum() for k in set(labels.tolist()) for own in [seen[labels == k]]
        )
    return float(total)


def compared(what: str, rounds: list[dict[str, Any]]) -> dict[str, Any]:
    """Medians over the rounds, of both and of their ratio within a round, against what is claimed."""
    each = "fit" if what == "nrkmeans" else "epoch"
    peers, ours = ([found[what][side] for found in rounds] for side in ("peer", "ours"))
    row: dict[str, Any] = {"what": f"{what}, s/{each}", "least": LEAST[what]}
    row["peer_s"], row["ours_s"] = (statistics.median(r[f"{each}_s"] for r in side) for side in (peers, ours))
    for name, key in (("ratio", f"{each}_s"), ("cpu_ratio", f"{each}_cpu_s")):
        row[name] = statistics.median(p[key] / o[key] for p, o in zip(peers, ours, strict=True))
    quality = "cost" if what == "nrkmeans" else "loss"
    row["quality"] = quality
    row["quality_ratio"] = statistics.mean(o[quality] for o in ours) / statistics.mean(
        p[quality] for p in peers
    )
    equal = quality == "loss" or row["quality_ratio"] <= 1 + TOLERANCE
    return row | {"holds": row["ratio"] >= LEAST[what] and equal}


def show(found: dict[str, Any]) -> None:
    """The table."""
    columns = ("", "peer", "ours", "ratio", "in CPU time", "at least", "cost or loss", "holds")
    rows = [
        (
            row["what"],
            f"{row['peer_s']:.3f}",
            f"{row['ours_s']:.3f}",
            f"{row['ratio']:.2f}",
            f"{row['cpu_ratio']:.2f}",
            f"{row['least']:g}",
            f"{row['quality']} × {row['quality_ratio']:.3f}",
            "yes" if row["holds"] else "NO",
        )
        for row in found["verdict"]
    ]
    title = f"One thread, {len(found['rounds'])} rounds on {found['machine']['processor']}"
    Console(width=120).print(table(title, columns, rows))
