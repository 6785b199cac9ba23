"""`python -m benchmarks.speed.merging N`: what merging 30 clusterings of N samples takes, as JSON."""

import json
import sys
import time

import numpy as np

from benchmarks.machine import peak_mib
from clustering.consensus.ensemble import Ensemble
from clustering.consensus.structured_bipartite import structured_bipartite
from clustering.metrics.agreement import ari

MEMBERS, K, NOISE = 30, 10, 0.5


def main(n: int) -> None:
    """Merge, and write seconds, peak memory of the process and agreement with what is under the noise."""
    rng = np.random.default_rng(0)
    right = rng.integers(0, K, n, dtype=np.int64)
    labels = np.stack([np.where(rng.random(n) < NOISE, rng.integers(0, K, n), right) for _ in range(MEMBERS)])
    began = time.perf_counter()
    ensemble = Ensemble.of(labels)
    found = structured_bipartite(ensemble, K)
    told = {
        "figure": time.perf_counter() - began,
        "peak_gib": peak_mib() / 1024,
        "distinct": len(ensemble.rows.sizes),
        "ari": ari(right, found),
    }
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main(int(sys.argv[1]))
