"""What CSV and Parquet share: the part that each column plays."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from worker.readers.draft import Draft, too_large
from worker.readers.errors import Refused, shown
from worker.readers.limits import Limits
from worker.readers.order import ReadOptions
from worker.readers.samples import RowPourer

TEXT = pa.dictionary(pa.int32(), pa.string())


@dataclass(frozen=True)
class Roles:
    """Names of the columns that are features, labels and ids."""

    features: list[str]
    labels: list[str]
    id_column: str | None


def assign(names: Sequence[str], options: ReadOptions, *, labels: Sequence[str] = ()) -> Roles:
    """Roles by the options; `labels` are those that hold when the options name none.

    Raises:
        Refused: a named column does not exist, or no column is left for the features.
    """
    chosen = list(labels)
    if options.label_columns is not None:
        chosen = [_column(names, one, "label_columns") for one in options.label_columns]
    id_column = None if options.id_column is None else _column(names, options.id_column, "id_column")
    apart = {*chosen, id_column}
    features = [name for name in names if name not in apart]
    if not features:
        met = [shown(name) for name in names[:20]]
        raise Refused("No column is left for the features.", met=met, accepted="at least one numeric column")
    return Roles(features, [name for name in dict.fromkeys(chosen) if name != id_column], id_column)


def check_names(names: Sequence[str], limits: Limits) -> None:
    """Refuse tables that are too wide or whose columns cannot be told apart."""
    if len(names) > limits.columns:
        raise too_large("Columns", len(names), limits.columns)
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise Refused(
                f"Two columns are called {shown(name)}.", met=shown(name), accepted="each name once"
            )
        seen.add(name)
        if len(name) > limits.text_length:
            raise too_large("Characters of a column's name", len(name), limits.text_length)


def numbers(columns: Sequence[Any]) -> NDArray[Any]:
    """Arrow columns of one length as (r, d), float32 if all are; a missing value becomes NaN."""
    single = all(pa.types.is_float32(column.type) for column in columns)
    rows = np.empty((len(columns[0]), len(columns)), dtype=np.float32 if single else np.float64)
    for place, column in enumerate(columns):
        rows[:, place] = as_numbers(column)
    return rows


def as_numbers(column: Any) -> NDArray[Any]:
    """An Arrow array of numbers or booleans as NumPy; a missing value becomes NaN."""
    if pa.types.is_boolean(column.type):
        column = column.cast(pa.uint8())
    values: NDArray[Any] = column.to_numpy(zero_copy_only=False)
    return values


def pour_columns(batch: Any, roles: Roles, draft: Draft) -> None:
    """Put a batch's labels and ids into the draft."""
    for name in roles.labels:
        _pour_label(batch.column(name), name, draft)
    if roles.id_column is not None:
        draft.ids().add(batch.column(roles.id_column).to_pylist())


def pour_batch(batch: Any, roles: Roles, rows: RowPourer) -> None:
    """Put a batch of plain columns into the draft."""
    if batch.num_rows == 0:
        return
    rows.append(numbers([batch.column(name) for name in roles.features]))
    pour_columns(batch, roles, rows.draft)


def _pour_label(column: Any, name: str, draft: Draft) -> None:
    target = draft.label(name)
    if column.null_count:
        row = target.rows + column.is_null().to_numpy(zero_copy_only=False).argmax()
        detail = f"Label column {name!r} has no value in row {row} (counted from 0)."
        raise Refused(detail, met=None, accepted="a label for every sample")
    if pa.types.is_dictionary(column.type):
        target.add_coded(column.indices.to_numpy(zero_copy_only=False), column.dictionary.to_pylist())
    elif pa.types.is_floating(column.type):
        target.add(column.to_numpy(zero_copy_only=False))
    else:
        coded = column.dictionary_encode()
        target.add_coded(coded.indices.to_numpy(zero_copy_only=False), coded.dictionary.to_pylist())


def _column(names: Sequence[str], wanted: str | int, option: str) -> str:
    if isinstance(wanted, str) and wanted in names:
        return wanted
    if isinstance(wanted, int) and -len(names) <= wanted < len(names):
        return names[wanted]
    met = [shown(name) for name in names[:20]]
    raise Refused(
        f"There is no column {shown(wanted)} to take as {option}.",
        met=shown(wanted),
        accepted=met,
        errors=[{"pointer": f"/options/{option}", "code": "not_found"}],
    )
