"""What many clusterings at once cost: `python -m benchmarks.speed --suite ensembles`.

- `diversity`: DivClust's loss with the change of its bound every 20 steps, 20 heads of 10 clusters and 512
  views, beside a step of CC with 20 heads, ResNet-18 and images of 32×32; at most 10 %.
- `pairs`: the mean NMI of all 190 pairs of 20 clusterings of 10,000 samples, beside a loop over
  scikit-learn's; at most 1/50 of its time.
- `consensus`: the structured bipartite graph of 30 clusterings of 1,000,000 samples, no two of which need be
  alike; less than 60 s and 4 GiB.
- `uspec`: U-SPEC of 1,000,000 samples of ten clusters in a plane, three of them rings, with 1,000
  representatives; less than 60 s and 3 GiB.
- `uspec-doubled`: twice the samples, at most 2.2 times the seconds.
- `uspec-DATA-AFFINITY`: 20,000 samples beside scikit-learn's SpectralClustering; at most a tenth of its time,
  with an NMI no more than 0.02 below its. Affinity `rbf` compares all samples by U-SPEC's own kernel, as the
  paper's baseline does; `nearest_neighbors` is the sparse graph of ten neighbors, which is quick in a plane.
  Data: two crescents, the rings, and views of MNIST images.

One thread for `diversity`, `pairs` and what is beside scikit-learn, all cores for the others. Each row is
written once it is measured, and joins those of the same day's file.
"""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from itertools import combinations
from typing import Any

import numpy as np
import torch
from rich.console import Console
from sklearn.metrics import normalized_mutual_info_score

from benchmarks.rows import surroundings, write_rows
from benchmarks.speed import uspec
from benchmarks.suites import options_of
from clustering.data import Data
from clustering.methods.divclust_cc import DivClustCC
from clustering.metrics.crossings import mean_of_pairs, nmi_of_pairs
from clustering.params.divclust_cc import DivClustCCParams
from clustering.params.nets import ResidualTrunk
from clustering.stages.diversity import Control
from facet.terminal import table

HEADS, K, SAMPLES, EVERY = 20, 10, 256, 20
LIMITS = {
    "diversity": 0.10,
    "pairs": 1 / 50,
    "consensus": 60.0,
    "uspec": 60.0,
    "uspec-doubled": 2.2,
    **dict.fromkeys(uspec.PEERS, 1 / 10),
}
MEMORY_GIB = {"consensus": 4.0, "uspec": 3.0}
LEAST_LEAD = -0.02
"""Of NMI over the peer's."""


def main(given: Sequence[str]) -> None:
    """Measure, print, write; the exit status says whether every claim holds."""
    parser = options_of("benchmarks.speed --suite ensembles", __doc__)
    parser.add_argument("--only", nargs="+", choices=LIMITS, default=list(LIMITS))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--samples", type=int, default=1_000_000, help="of the consensus and of U-SPEC")
    options = parser.parse_args(given)
    measures: dict[str, Callable[[], dict[str, Any]]] = {
        "diversity": lambda: diversity(options.rounds),
        "pairs": lambda: pairs(options.rounds),
        "consensus": lambda: consensus(options.samples),
        "uspec": lambda: uspec.whole(options.samples),
        "uspec-doubled": lambda: uspec.doubled(options.samples, options.rounds),
        **{what: partial(uspec.beside_peer, what, options.rounds) for what in uspec.PEERS},
    }
    torch.set_num_threads(1)
    how = {"rounds": options.rounds, "samples": options.samples}
    found = {}
    for what in options.only:
        around = surroundings(**how)
        found[what] = judged(what, measures[what]())
        write_rows("speed-ensembles", {what: found[what]}, around)
    lines = [(what, json.dumps(row), "yes" if row["holds"] else "NO") for what, row in found.items()]
    Console(width=160).print(table("Many clusterings at once", ("", "measured", "holds"), lines))
    raise SystemExit(not all(row["holds"] for row in found.values()))


def judged(what: str, row: dict[str, Any]) -> dict[str, Any]:
    """A measured row with whether its claim holds."""
    fits = row.get("peak_gib", 0.0) <= MEMORY_GIB.get(what, float("inf"))
    as_good = row.get("nmi_lead", 0.0) >= LEAST_LEAD
    holds = bool(row["figure"] <= LIMITS[what] and fits and as_good)
    return {**row, "limit": LIMITS[what], "holds": holds}


def diversity(rounds: int) -> dict[str, Any]:
    """Share of a step that the loss and the bound add, as a mean over the steps between two changes."""
    params = DivClustCCParams(
        n_clusters=K,
        heads=HEADS,
        bound_every=EVERY,
        input_size=None,
        net=ResidualTrunk(depth=18, stem="small"),
    )
    method = DivClustCC(params, (3, 32, 32))
    images = np.random.default_rng(0).integers(0, 256, (SAMPLES, 32, 32, 3), dtype=np.uint8)
    batch = next(Data.of(images).batches(SAMPLES, torch.Generator().manual_seed(0), method.view()))
    control = Control(params, torch.tensor(0.5))
    control.remember(torch.randint(K, (HEADS, params.memory)))

    def step() -> None:
        found = method.compare(batch, method.heads)
        (found.shared + found.each.mean()).backward()

    def added() -> None:
        for _ in range(EVERY):
            soft = torch.randn(HEADS, 2 * SAMPLES, K, requires_grad=True).softmax(dim=2)
            control.loss(soft).backward()

    whole, extra = seconds(step, rounds), seconds(added, 3 * rounds) / EVERY
    return {"step_s": whole, "added_s": extra, "figure": extra / whole}


def pairs(rounds: int) -> dict[str, Any]:
    """Part of the seconds of scikit-learn's loop that the products take."""
    rng = np.random.default_rng(0)
    common = rng.integers(0, K, 10_000)
    labels = np.where(rng.random((HEADS, 10_000)) < 0.5, rng.integers(0, K, (HEADS, 10_000)), common)
    tensor = torch.from_numpy(labels)

    def loop() -> float:
        return statistics.mean(normalized_mutual_info_score(a, b) for a, b in combinations(labels, 2))

    def products() -> float:
        return float(mean_of_pairs(nmi_of_pairs(tensor, K)))

    products()
    peer, ours = seconds(loop, rounds), seconds(products, 3 * rounds)
    return {
        "peer_s": peer,
        "ours_s": ours,
        "figure": ours / peer,
        "apart": abs(loop() - products()),
    }


def consensus(samples: int) -> dict[str, Any]:
    """Seconds and memory of a process that merges clusterings, half of whose labels are noise."""
    command = [sys.executable, "-m", "benchmarks.speed.merging", str(samples)]
    told: dict[str, Any] = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    return told


def seconds(work: Callable[[], object], rounds: int) -> float:
    """Of the median call."""
    spent = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        spent.append(time.perf_counter() - began)
    return statistics.median(spent)
