"""Clusters against given labels."""

from typing import Any

import numpy as np

from api import samples
from api.errors import Refusal
from api.results.finished import Finished
from api.results.matching import matching
from api.schemas.results import ConfusionOut
from api.tables.parquet import ParquetRows
from models.dataset import Dataset

MAX_CELLS = 1_000_000


def table(result: Finished, column: str | None) -> ConfusionOut:
    """Counts by cluster and label, clusters in order, labels in the order of their codes.

    Outliers (-1) are counted and matched with no label.

    Raises:
        Refusal: not_found, when the dataset has no (such) labels.
    """
    dataset, column = _labelled(result, column)
    given = samples.given_labels(result.services.store, dataset)
    file = result.file(f"labels-{result.one.index}.parquet", missing="The job stored no labels.")
    found = ParquetRows(result.services.store, file.key, ["cluster"])
    clusters, codes = _column(found, "cluster"), _column(given, column) if given else np.empty(0, int)
    words = samples.label_values(dataset, column) or [
        str(code) for code in range(int(codes.max(initial=0)) + 1)
    ]
    names, rows = np.unique(clusters, return_inverse=True)
    if len(names) * len(words) > MAX_CELLS:
        raise Refusal("not_acceptable", f"A table of {len(names)} × {len(words)} is too large.")
    counts = np.bincount(rows * len(words) + codes, minlength=len(names) * len(words))
    counts = counts.reshape(len(names), len(words))
    inside = np.flatnonzero(names >= 0)
    matched = {str(names[inside[row]]): words[label] for row, label in matching(counts[inside])}
    return ConfusionOut(
        column=column, clusters=names.tolist(), labels=words, counts=counts.tolist(), matched=matched
    )


def _labelled(result: Finished, column: str | None) -> tuple[Dataset, str]:
    dataset = result.dataset
    columns = dataset.label_columns if dataset is not None else []
    if dataset is None or not columns:
        raise Refusal("not_found", "The dataset has no given labels to compare with.")
    if column is not None and column not in columns:
        raise Refusal("not_found", f"The dataset has no label column {column!r}.", accepted=columns)
    return dataset, column if column is not None else columns[0]


def _column(source: ParquetRows, name: str) -> "np.ndarray[Any, Any]":
    parts = [group.column(name).to_numpy() for group in source.groups()]
    return np.concatenate(parts) if parts else np.empty(0, int)
