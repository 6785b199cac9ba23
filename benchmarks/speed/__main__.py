"""Seconds: `python -m benchmarks.speed`.

The suites: `plain`, an epoch in turn with ClustPy; `augmented`, the same with views of images; `brb`, what
resets add. Each has options of its own: `python -m benchmarks.speed --suite brb --help`.
"""

import argparse
from importlib import import_module

SUITES = ("plain", "augmented", "brb")


def main() -> None:
    """Hand the arguments to the suite."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--suite", choices=SUITES, default=SUITES[0])
    options, arguments = parser.parse_known_args()
    import_module(f"benchmarks.speed.{options.suite}").main(arguments)


if __name__ == "__main__":
    main()
