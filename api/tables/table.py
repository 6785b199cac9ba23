"""A table as the routes see it: rows by position, whatever file they come from."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from api.tables import arrow
from api.tables.arrow import ArrowTable
from api.tables.npy import Npy
from api.tables.parquet import ParquetRows


@dataclass(frozen=True)
class Table:
    """n rows of `width` values and a way to read some; `array` is the column (or matrix) that npy shows."""

    name: str
    n: int
    width: int
    rows: Callable[[int, int], ArrowTable]
    array: Callable[[int, int], "np.ndarray[Any, Any]"] | None = None


def from_parquet(name: str, source: ParquetRows, ids: ParquetRows | None, *array: str) -> Table:
    """A table of a Parquet file, its samples' own ids beside their index; npy shows the `array` columns."""

    def rows(start: int, stop: int) -> ArrowTable:
        return with_ids(source.rows(start, stop), ids, start, stop)

    def columns(start: int, stop: int) -> "np.ndarray[Any, Any]":
        block = source.rows(start, stop)
        found = [block.column(column).to_numpy() for column in array]
        return found[0] if len(found) == 1 else np.stack(found, axis=1)

    width = len(source.columns) + (ids is not None)
    return Table(name, source.n, width, rows, columns if array else None)


def from_npy(name: str, source: Npy, ids: ParquetRows | None) -> Table:
    """A table of a matrix (n, d): the index and one list column, named like the table."""
    width = source.shape[1]

    def rows(start: int, stop: int) -> ArrowTable:
        block = source.rows(start, stop)
        index = arrow.pa.array(np.arange(start, start + len(block)))
        values = arrow.pa.FixedSizeListArray.from_arrays(arrow.pa.array(block.reshape(-1)), width)
        return with_ids(arrow.pa.table({"index": index, name: values}), ids, start, stop)

    return Table(name, source.shape[0], width + 1 + (ids is not None), rows, source.rows)


def with_ids(table: ArrowTable, ids: ParquetRows | None, start: int, stop: int) -> ArrowTable:
    """The table with the samples' own ids as second column, where the dataset has some."""
    if ids is None:
        return table
    return table.add_column(1, "id", ids.rows(start, stop).column(0))
