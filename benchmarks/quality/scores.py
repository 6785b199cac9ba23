"""Scores in a file that grows as fits end, so that a run that was stopped goes on where it was."""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

Score = dict[str, Any]


class Key(NamedTuple):
    """What makes two fits the same."""

    spec: str
    """Digest of the spec."""
    dataset: str
    seed: int
    engine: str


def digest(spec: dict[str, Any]) -> str:
    """Twelve hexadecimal digits that stand for a spec, whatever the order of its fields."""
    return hashlib.sha256(json.dumps(spec, sort_keys=True).encode()).hexdigest()[:12]


def key(score: Score) -> Key:
    """Which fit a score belongs to."""
    return Key(digest(score["spec"]), score["dataset"], score["seed"], score["engine"])


def append(path: Path, score: Score) -> None:
    """Add a line, away from one that a crash cut short; several runs may share a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    cut = path.exists() and not path.read_bytes().endswith(b"\n")
    with path.open("a") as file:
        file.write("\n" * cut + json.dumps(score) + "\n")


def read(path: Path) -> dict[Key, Score]:
    """All scores of a file, the newest of each key; a last line that a crash cut short is left out."""
    if not path.exists():
        return {}
    found = {}
    for line in path.read_text().splitlines():
        try:
            score = json.loads(line)
        except json.JSONDecodeError:
            continue
        found[key(score)] = score
    return found


def by_cell(scores: Iterable[Score]) -> dict[str, list[Score]]:
    """The scores of each cell."""
    found: dict[str, list[Score]] = {}
    for score in scores:
        found.setdefault(score["cell"], []).append(score)
    return found


def known(found: dict[Key, Score], wanted: Key, *, any_engine: bool) -> Score | None:
    """The score of a fit, if there is one; of any engine's if that is allowed, the newest."""
    if wanted in found or not any_engine:
        return found.get(wanted)
    others = [score for met, score in found.items() if met[:3] == wanted[:3]]
    return max(others, key=lambda score: str(score["ended"]), default=None)
