"""Which code was measured."""

import subprocess


def commit() -> str:
    """The checked-out commit; a plus where the engine or the benchmarks have changed since."""
    head = _git("rev-parse", "--short", "HEAD").strip()
    return head + ("+" if _git("status", "--porcelain", "clustering", "benchmarks/*.py") else "")


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], capture_output=True, text=True, check=False).stdout
