"""Seconds: `python -m benchmarks.speed`.

The suites: `plain`, an epoch in turn with ClustPy; `augmented`, the same with views of images; `brb`, what
resets add; `looks`, what looks at the embedding add; `thesis`, clusterings in spaces of their own;
`ensembles`, many clusterings at once. Each has options of its own: `python -m benchmarks.speed --suite brb
--help`.
"""

from benchmarks.suites import hand_over

SUITES = ("plain", "augmented", "brb", "looks", "thesis", "ensembles")

if __name__ == "__main__":
    hand_over("benchmarks.speed.{}", SUITES)
