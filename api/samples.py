"""The samples of a dataset in canonical form: values, given labels and ids by position."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from api.errors import Refusal
from api.tables.npy import Headers, Npy
from api.tables.parquet import ParquetRows
from models.dataset import Dataset, DatasetState
from models.store import Store


def canonical(dataset: Dataset, name: str) -> str:
    """Key of a canonical file.

    Raises:
        Refusal: dataset_rejected, dataset_not_ready.
    """
    if dataset.state is DatasetState.REJECTED:
        raise Refusal("dataset_rejected", f"Dataset {dataset.id} was rejected.", dataset_error=dataset.error)
    if dataset.prefix is None:
        raise Refusal("dataset_not_ready", f"Dataset {dataset.id} is {dataset.state.value}.")
    return f"{dataset.prefix.rstrip('/')}/{name}"


def values(headers: Headers, dataset: Dataset) -> Npy:
    """The samples (n, …)."""
    return headers.open(canonical(dataset, "x.npy"))


def ids(store: Store, dataset: Dataset) -> ParquetRows | None:
    """The samples' own ids (n,), where the dataset has some."""
    if not dataset.has_ids or dataset.prefix is None:
        return None
    return ParquetRows(store, canonical(dataset, "ids.parquet"))


def given_labels(store: Store, dataset: Dataset) -> ParquetRows | None:
    """The given label columns (n,) as codes, where the dataset has some."""
    if not dataset.label_columns or dataset.prefix is None:
        return None
    return ParquetRows(store, canonical(dataset, "labels.parquet"))


def label_values(dataset: Dataset, column: str) -> list[str]:
    """The text of each code of a label column."""
    labels: Mapping[str, Any] = (dataset.report or {}).get("labels") or {}
    return [str(value) for value in labels.get(column, {}).get("values", [])]


def named(dataset: Dataset, codes: Mapping[str, int]) -> dict[str, str]:
    """The given labels of one sample in words."""
    found = {}
    for column, code in codes.items():
        words = label_values(dataset, column)
        found[column] = words[code] if 0 <= code < len(words) else str(code)
    return found


def picture(headers: Headers, dataset: Dataset, index: int) -> "np.ndarray[Any, Any]":
    """One image (h, w, c), uint8, cut from the file by range.

    Raises:
        Refusal: not_images, not_found, dataset_not_ready.
    """
    if dataset.kind != "images":
        met = dataset.kind or dataset.state.value
        raise Refusal("not_images", f"Dataset {dataset.id} holds {met}; only images have pictures.")
    x = values(headers, dataset)
    check_index(index, x.shape[0])
    found: np.ndarray[Any, Any] = x.rows(index, index + 1)[0]
    return found


def check_index(index: int, n: int) -> None:
    """Refuse a sample that is not there. Raises Refusal: not_found."""
    if not 0 <= index < n:
        raise Refusal(
            "not_found", f"There is no sample {index}; the dataset has {n}.", accepted={"ge": 0, "lt": n}
        )
