"""Agreement with true labels: `python -m benchmarks.quality --suite digits --seeds 5`.

The suites: `digits`, all methods beside the peer's figures; `brb`, the reclustering barrier; `rendered`,
shapes in color; `thesis`, several clusterings, cluster spaces and consensus; `ensembles`, contrastive and
ensemble methods on small images. Each has options of its own: `python -m benchmarks.quality --suite brb
--help`.
"""

from benchmarks.suites import hand_over

SUITES = ("digits", "brb", "rendered", "thesis", "ensembles")

if __name__ == "__main__":
    hand_over("benchmarks.quality.{}.suite", SUITES)
