"""A command with suites: `--suite` names the module that measures; other arguments are the suite's own."""

import argparse
from collections.abc import Sequence
from importlib import import_module


def hand_over(modules: str, suites: Sequence[str]) -> None:
    """Call `main` of the chosen suite's module with the arguments that are left.

    Args:
        modules: name of a suite's module, with `{}` in the place of the suite's.
        suites: to choose from; the first is the default.
    """
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--suite", choices=suites, default=suites[0])
    options, arguments = parser.parse_known_args()
    import_module(modules.format(options.suite)).main(arguments)


def options_of(command: str, described: str | None) -> argparse.ArgumentParser:
    """A parser of a measuring module's own arguments, whose help is the module's docstring."""
    return argparse.ArgumentParser(
        prog=f"python -m {command}",
        description=described,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
