"""Agreement with true labels: `python -m benchmarks.quality --suite digits --seeds 5`.

The suites: `digits`, all methods beside the peer's figures; `brb`, the reclustering barrier; `rendered`,
shapes in color. Each has options of its own: `python -m benchmarks.quality --suite brb --help`.
"""

import argparse
from importlib import import_module

SUITES = ("digits", "brb", "rendered")


def main() -> None:
    """Hand the arguments to the suite."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--suite", choices=SUITES, default=SUITES[0])
    options, arguments = parser.parse_known_args()
    import_module(f"benchmarks.quality.{options.suite}.suite").main(arguments)


if __name__ == "__main__":
    main()
