"""The labels that a consensus merges, read from the store."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from api import samples
from api.services import Services
from api.tables.parquet import ParquetRows
from clustering.params.consensus import missing
from models.dataset import Dataset

Labels = NDArray[np.int64]


def of_a_job(services: Services, key: str) -> Labels:
    """(n, 1) the clusters that a job has found; -1 is an outlier."""
    return _column(ParquetRows(services.store, key, ["cluster"]), "cluster")


def of_a_column(services: Services, dataset: Dataset, name: str) -> Labels:
    """(n, 1) a label column as codes, -1 where its text is a number below 0."""
    key = samples.canonical(dataset, "labels.parquet")
    codes = _column(ParquetRows(services.store, key, [name]), name)
    absent = missing(samples.label_values(dataset, name))
    labels: Labels = np.where(np.isin(codes, absent), -1, codes)
    return labels


def of_values(services: Services, dataset: Dataset) -> Labels:
    """(n, d) the values of a data set of vectors.

    Raises:
        ValueError: one is no whole number.
    """
    blocks = []
    for block in samples.values(services.npy, dataset).blocks():
        if (odd := block[block != np.floor(block)]).size:
            raise ValueError(f"Dataset {dataset.id} holds {odd[0]:g}")
        blocks.append(block.astype(np.int64))
    return np.concatenate(blocks)


def distinct_rows(parts: Iterable[Labels]) -> int:
    """How many different rows parts (n, c) have side by side, those without any label not counted."""
    codes: Labels | None = None
    known = np.zeros(1, dtype=bool)
    for column in (each for part in parts for each in part.T):
        _, own = np.unique(np.maximum(column, -1), return_inverse=True)
        joined = own if codes is None else codes * (int(own.max()) + 1) + own
        _, codes = np.unique(joined, return_inverse=True)
        known = known | (column >= 0)
    return 0 if codes is None else len(np.unique(codes[known]))


def _column(rows: ParquetRows, name: str) -> Labels:
    parts = [group.column(name).to_numpy().astype(np.int64) for group in rows.groups()]
    return np.concatenate(parts)[:, None]
