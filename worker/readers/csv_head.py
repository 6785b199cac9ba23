"""The first lines of a CSV file say how to read the others."""

import csv
import io
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from worker.readers.errors import Refused
from worker.readers.order import ReadOptions

HEAD_BYTES = 4 << 20
RECORDS = 10
DELIMITERS = ",;\t|"


@dataclass(frozen=True)
class Head:
    """How the file is written; `skip_rows` lines come before the first sample."""

    names: list[str]
    delimiter: str
    skip_rows: int
    header: bool

    def notes(self) -> list[str]:
        """What was detected, for the report."""
        kind = (
            "The first line was read as column names"
            if self.header
            else "The file has no line of column names"
        )
        return [f"{kind}; fields are separated by {self.delimiter!r}."]


def read_head(path: Path, options: ReadOptions) -> Head:
    """Detect delimiter and header, unless the options say them.

    Raises:
        Refused: the file is empty, no text, or not UTF-8.
    """
    text, whole = _text(path)
    delimiter = options.delimiter or _delimiter(text, whole)
    records = _records(text, delimiter, whole)
    if not records:
        raise Refused("The file has no rows.", met="no rows", accepted="at least 2 rows of numbers")
    first, second = records[0][0], records[1][0] if len(records) > 1 else []
    header = _is_header(first, second) if options.header is None else options.header
    names = [name.strip() for name in first] if header else [str(place) for place in range(len(first))]
    names = [name or f"column {place}" for place, name in enumerate(names)]
    return Head(names, delimiter, records[0][1] if header else 0, header)


def _text(path: Path) -> tuple[str, bool]:
    with path.open("rb") as file:
        data = file.read(HEAD_BYTES)
        whole = not file.read(1)
    if not data.strip():
        raise Refused("The file is empty.", met="no text", accepted="at least 2 rows of numbers")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Refused("The text is UTF-16.", met="UTF-16", accepted="UTF-8 text")
    if b"\0" in data:
        raise Refused("The file holds null bytes: it is no text.", met="null bytes", accepted="UTF-8 text")
    if not whole:
        data = data[: data.rfind(b"\n") + 1] or data
    try:
        return data.decode("utf-8-sig"), whole
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        met = f"byte 0x{data[error.start]:02x} in line {line}"
        raise Refused(f"The text is not UTF-8: {met}.", met=met, accepted="UTF-8 text") from error


def _records(text: str, delimiter: str, whole: bool) -> list[tuple[list[str], int]]:
    """The first records that are not blank, each with the number of lines up to its end."""
    reader, found = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), []
    try:
        for record in reader:
            if record:
                found.append((record, reader.line_num))
            if len(found) == RECORDS:
                break
    except csv.Error as error:
        raise Refused(
            f"The first lines cannot be read: {error}.", accepted="a rectangular CSV table"
        ) from error
    if not whole and not found:
        raise Refused(
            f"The first line is longer than {HEAD_BYTES} bytes.", accepted=f"lines up to {HEAD_BYTES} bytes"
        )
    return found


def _delimiter(text: str, whole: bool) -> str:
    """The separator that splits the first records into the most fields, all into equally many."""
    widths = dict.fromkeys(DELIMITERS, (False, 0))
    for one in DELIMITERS:
        with suppress(Refused):
            counts = {len(record) for record, _ in _records(text, one, whole)}
            widths[one] = (len(counts) == 1, max(counts, default=0))
    best = max(DELIMITERS, key=lambda one: (widths[one][1] > 1 and widths[one][0], widths[one][1]))
    return best if widths[best][1] > 1 else ","


def _is_header(first: Sequence[str], second: Sequence[str]) -> bool:
    """Whether the first record names the columns rather than being a sample.

    It does if none of its fields is a number, if one is text where the next record has a number, or if
    they count 0, 1, 2, … as pandas names columns.
    """
    if [field.strip() for field in first] == [str(place) for place in range(len(first))] and len(first) > 2:
        return True
    if not any(is_number(field) for field in first):
        return True
    pairs = zip(first, second, strict=False)
    return any(one.strip() and not is_number(one) and is_number(two) for one, two in pairs)


def is_number(field: str) -> bool:
    """Whether a field reads as a number."""
    try:
        float(field)
    except ValueError:
        return False
    return "_" not in field
