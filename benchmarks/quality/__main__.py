"""Agreement with true labels: `python -m benchmarks.quality --suite digits --seeds 5`.

Each suite has options of its own: `python -m benchmarks.quality --suite digits --help`.
"""

import argparse

from benchmarks.quality.digits import suite as digits

SUITES = {"digits": digits.main}


def main() -> None:
    """Hand the arguments to the suite."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--suite", choices=SUITES, default="digits")
    options, arguments = parser.parse_known_args()
    SUITES[options.suite](arguments)


if __name__ == "__main__":
    main()
