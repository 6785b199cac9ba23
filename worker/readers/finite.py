"""No NaN and no infinity enters a dataset."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from worker.readers.errors import Refused, pointer

FLOAT32_MAX = float(np.finfo(np.float32).max)
EXACT_INTEGERS = 1 << 24


class FiniteCheck:
    """Turns blocks of numbers to float32 and remembers what would not survive that."""

    def __init__(self) -> None:
        self.rows = 0
        self.counts = {"nan": 0, "inf": 0, "overflow": 0}
        self.first: tuple[int, int, float] | None = None
        self.rounded = False

    def admit(self, rows: NDArray[Any]) -> NDArray[np.float32]:
        """Rows (r, d) of any real dtype as float32."""
        with np.errstate(over="ignore", invalid="ignore"):
            converted = rows.astype(np.float32, copy=False)
        if not np.isfinite(converted).all():
            self._remember(rows, ~np.isfinite(converted))
        elif rows.dtype.kind in "iu" and rows.dtype.itemsize > 2 and not self.rounded:
            self.rounded = bool((np.abs(converted) > EXACT_INTEGERS).any())
        self.rows += len(rows)
        return converted

    def _remember(self, rows: NDArray[Any], bad: NDArray[np.bool_]) -> None:
        values = rows[bad]
        nan, inf = int(np.isnan(values).sum()), int(np.isinf(values).sum())
        self.counts["nan"] += nan
        self.counts["inf"] += inf
        self.counts["overflow"] += len(values) - nan - inf
        if self.first is None:
            row, column = (int(i) for i in np.argwhere(bad)[0])
            self.first = (self.rows + row, column, float(rows[row, column]))

    def finish(self, columns: Sequence[str] | None = None) -> list[str]:
        """Notes for the report.

        Raises:
            Refused: a value was not finite, or too large for float32.
        """
        if self.first is not None:
            raise self._refusal(self.first, columns)
        return ["Integers above 16,777,216 are rounded to float32."] if self.rounded else []

    def _refusal(self, first: tuple[int, int, float], columns: Sequence[str] | None) -> Refused:
        row, column, value = first
        name = columns[column] if columns is not None else column
        met = ", ".join(f"{count} {kind}" for kind, count in self.counts.items() if count)
        return Refused(
            f"Row {row}, column {name!r} (counted from 0) holds {_named(value)}; in all: {met}.",
            met=self.counts,
            accepted=f"finite numbers of magnitude at most {FLOAT32_MAX:.4g}, in every row and column",
            errors=[{"pointer": pointer(row, name), "code": "not_finite", "message": _named(value)}],
        )


def _named(value: float) -> str:
    if np.isnan(value):
        return "no value (NaN)"
    if np.isinf(value):
        return "an infinity"
    return f"{value:.6g}, which float32 cannot hold"
