"""Rows of a suite that are measured one by one, on a day or on several, in one file."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.commit import commit
from benchmarks.machine import machine

RESULTS = Path(__file__).parent / "results"


Row = Mapping[str, Any]


def surroundings(**how: Any) -> dict[str, Any]:
    """What a row was measured with and on; ask before the measurement, whose load is not to be told."""
    return {**how, "commit": commit(), "machine": machine()}


def write_rows(suite: str, rows: Mapping[str, Row], around: Row, folder: Path = RESULTS) -> Path:
    """Write rows into the day's file of a suite; other rows that it holds stay as they are.

    Args:
        suite: the first part of the file's name.
        rows: what was measured, by name.
        around: the surroundings of these rows.
        folder: where the file lies.
    """
    path = folder / f"{suite}-{datetime.now(UTC):%Y-%m-%d}.json"
    held = json.loads(path.read_text())["rows"] if path.exists() else {}
    measured = {name: {**row, **around} for name, row in rows.items()}
    folder.mkdir(exist_ok=True)
    path.write_text(json.dumps({"rows": {**held, **measured}}, indent=2) + "\n")
    return path
