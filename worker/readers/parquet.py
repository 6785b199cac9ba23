"""Column files: numeric columns, or one list column `x`, are features; `y` and `y_*` labels."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from worker.readers.draft import Draft, check_count, too_large
from worker.readers.errors import Refused, pointer, shown
from worker.readers.npyfile import rows_per_block
from worker.readers.npz import is_label
from worker.readers.order import Order
from worker.readers.samples import RowPourer
from worker.readers.table import Roles, as_numbers, assign, check_names, pour_batch, pour_columns

THRIFT_TEXT_BYTES = 32 << 20
THRIFT_ITEMS = 2_000_000
MOST_ROWS = 1 << 16
ACCEPTED = "columns of numbers, or one column `x` of equally long lists of numbers"
PANDAS_INDEX = "__index_level_"


def read(order: Order, draft: Draft) -> None:
    """Read a Parquet file batch by batch."""
    try:
        with pq.ParquetFile(
            order.upload,
            memory_map=False,
            pre_buffer=False,
            thrift_string_size_limit=THRIFT_TEXT_BYTES,
            thrift_container_size_limit=THRIFT_ITEMS,
        ) as file:
            _read(file, order, draft)
    except (pa.ArrowException, OSError, ValueError, KeyError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise Refused(
            f"The Parquet file cannot be read: {shown(str(error), 300)}.", accepted=ACCEPTED
        ) from error


def _read(file: Any, order: Order, draft: Draft) -> None:
    schema = file.schema_arrow
    check_names(schema.names, order.limits)
    names = [name for name in schema.names if not name.startswith(PANDAS_INDEX)]
    if len(names) < len(schema.names):
        draft.notes.append("The index that pandas had stored was left out.")
    n = file.metadata.num_rows
    check_count(n)
    if n > order.limits.samples:
        raise too_large("Samples", n, order.limits.samples)
    roles = assign(
        names, order.options, labels=[name for name in names if _labels_itself(schema.field(name))]
    )
    if len(roles.features) == 1 and _is_list(schema.field(roles.features[0]).type):
        _read_lists(file, order, roles, draft)
    else:
        _read_columns(file, order, roles, draft)


def _labels_itself(field: Any) -> bool:
    """Whether a column is a label without being named: `y` or `y_*`, and not of fractions."""
    return is_label(field.name) and not pa.types.is_floating(field.type)


def _read_columns(file: Any, order: Order, roles: Roles, draft: Draft) -> None:
    for name in roles.features:
        kind = file.schema_arrow.field(name).type
        if not _is_numeric(kind):
            raise Refused(
                f"Column {shown(name)} is not numeric: its type is {shown(str(kind))}.",
                met=shown(str(kind)),
                accepted=f"{ACCEPTED}; a column of names belongs in label_columns or id_column",
                errors=[{"pointer": pointer(name), "code": "not_a_number"}],
            )
    rows = RowPourer(roles.features, order.options, draft, scratch=order.scratch / "rows.npy")
    for batch in _batches(file, roles, len(roles.features)):
        pour_batch(batch, roles, rows)
    rows.finish()


def _read_lists(file: Any, order: Order, roles: Roles, draft: Draft) -> None:
    name = roles.features[0]
    kind = file.schema_arrow.field(name).type
    if not _is_numeric(kind.value_type):
        raise Refused(
            f"Column {shown(name)} has type {shown(str(kind))}.", met=shown(str(kind)), accepted=ACCEPTED
        )
    width = kind.list_size if pa.types.is_fixed_size_list(kind) else _first_width(file, name)
    if width > order.limits.features:
        raise too_large("Values of one sample", width, order.limits.features)
    columns = [f"{name}[{place}]" for place in range(width)]
    rows = RowPourer(columns, order.options, draft, scratch=order.scratch / "rows.npy")
    done = 0
    for batch in _batches(file, roles, width):
        lists = batch.column(name)
        _check_widths(lists, width, done)
        rows.append(as_numbers(lists.flatten()).reshape(len(lists), width))
        pour_columns(batch, roles, draft)
        done += len(lists)
    rows.finish()


def _batches(file: Any, roles: Roles, width: int) -> Iterator[Any]:
    size = min(MOST_ROWS, rows_per_block(width))
    names = [*roles.features, *roles.labels, *([roles.id_column] if roles.id_column else [])]
    return (batch for batch in file.iter_batches(size, columns=names, use_threads=False) if batch.num_rows)


def _first_width(file: Any, name: str) -> int:
    batch = next(file.iter_batches(1, columns=[name], use_threads=False))
    return len(batch.column(name)[0].as_py() or [])


def _check_widths(lists: Any, width: int, done: int) -> None:
    lengths = np.asarray(lists.value_lengths().fill_null(-1).to_numpy(zero_copy_only=False))
    if (lengths != width).any():
        row = int((lengths != width).argmax())
        met = "no list" if lengths[row] < 0 else int(lengths[row])
        raise Refused(
            f"Row {done + row} (counted from 0) has {met} values where {width} are expected.",
            met=met,
            accepted=width,
        )


def _is_list(kind: Any) -> bool:
    types = pa.types
    return bool(types.is_fixed_size_list(kind) or types.is_list(kind) or types.is_large_list(kind))


def _is_numeric(kind: Any) -> bool:
    types = pa.types
    return bool(types.is_integer(kind) or types.is_floating(kind) or types.is_boolean(kind))
