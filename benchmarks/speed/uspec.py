"""Rows of the suite `ensembles` about U-SPEC, each clustering in a process of its own."""

import json
import os
import statistics
import subprocess
import sys
from typing import Any

from benchmarks.quality.pool import ONE_THREAD

COMPARED = 20_000
"""Samples that scikit-learn clusters too."""
PEERS = {
    f"uspec-{data}-{affinity}": (data, affinity)
    for data in ("crescents", "rings", "views")
    for affinity in ("rbf", "nearest_neighbors")
}
"""Data set and affinity of each comparison."""
Told = dict[str, Any]


def whole(n: int) -> Told:
    """Seconds, peak memory and NMI of n samples (n, 2) of ten clusters, on all cores."""
    return told("uspec", "rings", n)


def doubled(n: int, rounds: int) -> Told:
    """How many times as long twice the samples take, in turn."""
    pairs = [(whole(n)["figure"], whole(2 * n)["figure"]) for _ in range(rounds)]
    once, twice = (statistics.median(each) for each in zip(*pairs, strict=True))
    return {"once_s": once, "twice_s": twice, "figure": twice / once}


def beside_peer(what: str, rounds: int) -> Told:
    """Part of the seconds of scikit-learn's spectral clustering, and the lead in NMI; on one thread each.

    The peer takes minutes, so it has one round.
    """
    data, affinity = PEERS[what]
    ours = [told("uspec", data, COMPARED, one_thread=True) for _ in range(rounds)]
    peer = told(affinity, data, COMPARED, one_thread=True)
    seconds = statistics.median(each["figure"] for each in ours)
    return {
        "ours_s": seconds,
        "peer_s": peer["figure"],
        "peer_peak_gib": peer["peak_gib"],
        "nmi": ours[0]["nmi"],
        "peer_nmi": peer["nmi"],
        "nmi_lead": ours[0]["nmi"] - peer["nmi"],
        "figure": seconds / peer["figure"],
    }


def told(who: str, data: str, n: int, *, one_thread: bool = False) -> Told:
    """What a process says of clustering n samples."""
    command = [sys.executable, "-m", "benchmarks.speed.cutting", who, data, str(n)]
    environment = os.environ | (ONE_THREAD if one_thread else {})
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, env=environment)
    found: Told = json.loads(done.stdout)
    return found
