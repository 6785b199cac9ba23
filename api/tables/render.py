"""Tables on the wire: JSON pages, and streams of CSV, Parquet and npy that are never held whole."""

import csv
import io
from collections.abc import Iterator
from typing import Any

from api.tables import arrow
from api.tables.arrow import ArrowColumn, ArrowTable
from api.tables.npy import header
from api.tables.table import Table

BLOCK_ROWS = 16_384
BLOCK_VALUES = 2**20
"""Of a block that stays an array, of 8 bytes or less."""
BLOCK_OBJECTS = 2**17
"""Of a block whose values become Python's, each of about 64 bytes with its text."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def rows_of(table: Table, values: int) -> int:
    """How many rows of the table have about so many values; at least 1."""
    return max(1, values // max(1, table.width))


def _blocks(table: Table, values: int) -> Iterator[tuple[int, int]]:
    """Start and stop of the blocks in which a table is read; there is one of a table without rows, too."""
    step = min(BLOCK_ROWS, rows_of(table, values))
    for start in range(0, max(1, table.n), step):
        yield start, min(start + step, table.n)


def json_rows(table: Table, start: int, stop: int) -> list[dict[str, Any]]:
    """Rows [start, stop) as objects."""
    rows: list[dict[str, Any]] = table.rows(start, stop).to_pylist()
    return rows


def as_csv(table: Table) -> Iterator[bytes]:
    """The table as CSV with a header line; a column of lists becomes one column an element.

    Text that a spreadsheet would take for a formula is led by an apostrophe.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    for start, stop in _blocks(table, BLOCK_OBJECTS):
        block = flatten(table.rows(start, stop))
        if start == 0:
            writer.writerow(block.column_names)
        columns = [_cells(column) for column in block.columns]
        writer.writerows(zip(*columns, strict=True))
        yield out.getvalue().encode()
        out.seek(0)
        out.truncate()


def flatten(block: ArrowTable) -> ArrowTable:
    """The table with each column of lists spread over columns name_0, name_1, …"""
    names, columns = [], []
    for name, column in zip(block.column_names, block.columns, strict=True):
        if not arrow.pa.types.is_fixed_size_list(column.type):
            names.append(name)
            columns.append(column)
            continue
        width, flat = column.type.list_size, column.combine_chunks().flatten().to_numpy(zero_copy_only=False)
        matrix = flat.reshape(-1, width)
        names += [f"{name}_{i}" for i in range(width)]
        columns += [arrow.pa.array(matrix[:, i]) for i in range(width)]
    return arrow.pa.table(columns, names=names)


def _cells(column: ArrowColumn) -> list[Any]:
    values: list[Any] = column.to_pylist()
    if arrow.pa.types.is_string(column.type) or arrow.pa.types.is_large_string(column.type):
        return [safe_cell(value) for value in values]
    return values


def safe_cell(value: str | None) -> str | None:
    """Text that no spreadsheet evaluates."""
    return f"'{value}" if value and value.startswith(FORMULA) else value


def as_parquet(table: Table) -> Iterator[bytes]:
    """The table as a Parquet file, a row group a block."""
    out = _Outlet()
    writer = arrow.pq.ParquetWriter(out, table.rows(0, 0).schema, compression="zstd")
    for start, stop in _blocks(table, BLOCK_VALUES):
        writer.write_table(table.rows(start, stop))
        yield out.drain()
    writer.close()
    yield out.drain()


def as_npy(table: Table) -> Iterator[bytes]:
    """The table's array as an npy file."""
    if table.array is None:
        raise TypeError(f"{table.name} has no array form")
    for start, stop in _blocks(table, BLOCK_VALUES):
        block = table.array(start, stop)
        if start == 0:
            yield header(block.dtype, (table.n, *block.shape[1:]))
        yield block.tobytes()


class _Outlet(io.RawIOBase):
    """A file that is read from its other end while it is written."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._at = 0

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def write(self, data: Any) -> int:
        part = bytes(data)
        self._parts.append(part)
        self._at += len(part)
        return len(part)

    def drain(self) -> bytes:
        found, self._parts = b"".join(self._parts), []
        return found
