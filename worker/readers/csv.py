"""Text tables: numeric columns are features, named ones labels or ids."""

import re
from typing import Any

import pyarrow as pa
import pyarrow.csv as pa_csv

from worker.readers.csv_head import Head, read_head
from worker.readers.draft import Draft
from worker.readers.errors import Refused, pointer, shown
from worker.readers.order import Order
from worker.readers.samples import RowPourer
from worker.readers.table import TEXT, Roles, assign, check_names, pour_batch

BLOCK_BYTES = 4 << 20
NOT_A_NUMBER = re.compile(
    r"In CSV column #(\d+): Row #(\d+): CSV conversion error to double: invalid value '(.*)'", re.DOTALL
)


def read(order: Order, draft: Draft) -> None:
    """Read a CSV file block by block."""
    head = read_head(order.upload, order.options)
    check_names(head.names, order.limits)
    roles = assign(head.names, order.options)
    rows = RowPourer(roles.features, order.options, draft, scratch=order.scratch / "rows.npy")
    ragged: list[Any] = []
    try:
        with pa.OSFile(str(order.upload)) as file:
            for batch in _open(file, head, roles, ragged):
                pour_batch(batch, roles, rows)
    except pa.ArrowInvalid as error:
        raise _refusal(str(error), head, ragged) from error
    rows.finish()
    draft.notes += head.notes()


def _open(file: Any, head: Head, roles: Roles, ragged: list[Any]) -> Any:
    def refuse(row: Any) -> str:
        ragged.append(row)
        return "error"

    types = dict.fromkeys(roles.features, pa.float64()) | dict.fromkeys(roles.labels, TEXT)
    if roles.id_column is not None:
        types[roles.id_column] = pa.string()
    return pa_csv.open_csv(
        file,
        read_options=pa_csv.ReadOptions(
            use_threads=False, block_size=BLOCK_BYTES, column_names=head.names, skip_rows=head.skip_rows
        ),
        parse_options=pa_csv.ParseOptions(delimiter=head.delimiter, invalid_row_handler=refuse),
        convert_options=pa_csv.ConvertOptions(column_types=types, strings_can_be_null=False),
    )


def _refusal(message: str, head: Head, ragged: list[Any]) -> Refused:
    if ragged:
        row = ragged[0]
        return Refused(
            f"Line {row.number} has {row.actual_columns} fields where {row.expected_columns} are expected: "
            f"{shown(row.text)}.",
            met=row.actual_columns,
            accepted=row.expected_columns,
            errors=[{"pointer": f"/{row.number}", "code": "ragged_row"}],
        )
    if found := NOT_A_NUMBER.search(message):
        name, line, value = head.names[int(found[1])], int(found[2]), shown(found[3])
        return Refused(
            f"Column {shown(name)} is not numeric: line {line} holds {value}.",
            met=value,
            accepted="numbers; a column of names belongs in label_columns or id_column",
            errors=[{"pointer": pointer(line, name), "code": "not_a_number", "message": value}],
        )
    if "straddling" in message:
        return Refused(
            f"A line is longer than {BLOCK_BYTES} bytes.", accepted=f"lines up to {BLOCK_BYTES} bytes"
        )
    if "UTF8" in message:
        return Refused(
            f"The text is not UTF-8: {shown(message, 200)}.", met="other bytes", accepted="UTF-8 text"
        )
    return Refused(f"The table cannot be read: {shown(message, 300)}.", accepted="a rectangular CSV table")
