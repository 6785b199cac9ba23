"""Reading the clusterings that a consensus job merges, by the runner."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from clustering.params.consensus import missing
from worker.messages import LabelFile


def clusterings(files: Iterable[LabelFile]) -> Iterator[tuple[str, NDArray[Any]]]:
    """Name and labels (n,) of every clustering; below 0 is missing."""
    for file in files:
        if file.column is not None:
            yield file.name, _column(file.path, file.column)
            continue
        table = np.load(file.path, mmap_mode="r", allow_pickle=False)
        for index in range(table.shape[1]):
            yield f"{file.name}/{index}", np.asarray(table[:, index])


def _column(path: Path, column: str) -> NDArray[np.int64]:
    """A column of labels; those of a data set are codes, of which some stand for numbers below 0."""
    labels: NDArray[np.int64] = (
        pq.read_table(path, columns=[column]).column(column).to_numpy().astype(np.int64)
    )
    meta = path.with_name("meta.json")
    if meta.exists():
        facts = json.loads(meta.read_text())["report"]["labels"]
        absent = missing(facts.get(column, {}).get("values", []))
        labels = np.where(np.isin(labels, absent), -1, labels)
    return labels
