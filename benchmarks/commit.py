"""Which code was measured."""

import hashlib
import subprocess


def commit() -> str:
    """The checked-out commit; a plus where the engine or the benchmarks have changed since."""
    head = _git("rev-parse", "--short", "HEAD").strip()
    return head + ("+" if _git("status", "--porcelain", "clustering", "benchmarks/*.py") else "")


def engine() -> str:
    """The last commit that touched the engine; a plus and a digest of what has changed in it since."""
    last = _git("log", "-1", "--format=%h", "--", "clustering").strip()
    changes = _git("diff", "HEAD", "--", "clustering") + _untracked()
    return last + (f"+{hashlib.sha256(changes.encode()).hexdigest()[:6]}" if changes else "")


def _untracked() -> str:
    names = _git("ls-files", "--others", "--exclude-standard", "clustering").split()
    return "".join(_git("hash-object", name) for name in names)


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], capture_output=True, text=True, check=False).stdout
