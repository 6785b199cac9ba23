"""Label and id columns, gathered block by block."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from worker.readers.errors import Refused, shown
from worker.readers.limits import Limits

INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,18})")
ACCEPTED_LABELS = "one integer or short text for every sample, at most 10,000 different ones"


class LabelColumn:
    """Values as codes; codes number the sorted distinct values (by number if all are integers)."""

    def __init__(self, name: str, limits: Limits) -> None:
        self.name = name
        self.limits = limits
        self.rows = 0
        self._codes: list[NDArray[np.int32]] = []
        self._code_of: dict[str, int] = {}

    def add(self, values: NDArray[Any]) -> None:
        """Values (r,) of integers, booleans, whole floats or text."""
        if values.dtype.kind == "f":
            values = self._whole(values)
        if values.dtype.kind == "b":
            values = values.astype(np.int8)
        distinct, inverse = np.unique(values, return_inverse=True)
        if distinct.dtype.kind == "S":
            self.add_coded(inverse, [_decoded(value, self.name) for value in distinct.tolist()])
        else:
            self.add_coded(inverse, distinct.tolist())

    def add_coded(self, codes: NDArray[Any], values: Sequence[object]) -> None:
        """Codes (r,) into `values`."""
        texts = [self._text(value) for value in values]
        known = [self._code_of.setdefault(text, len(self._code_of)) for text in texts]
        if len(self._code_of) > self.limits.label_values:
            raise Refused(
                f"Label column {self.name!r} has more than {self.limits.label_values} different values.",
                met=f"e.g. {shown(texts[0])} and {shown(texts[-1])}",
                accepted=f"{ACCEPTED_LABELS}; a column that names samples is the id_column",
            )
        self._codes.append(np.asarray(known, dtype=np.int32)[codes])
        self.rows += len(codes)

    def finish(self) -> tuple[NDArray[np.int64], list[str]]:
        """Codes (n,) and the value of each code."""
        texts = list(self._code_of)
        if all(INTEGER.fullmatch(text) for text in texts):
            ordered = sorted(texts, key=int)
        else:
            ordered = sorted(texts)
        rank = {text: code for code, text in enumerate(ordered)}
        final = np.asarray([rank[text] for text in texts], dtype=np.int64)
        return final[np.concatenate(self._codes)], ordered

    def _text(self, value: object) -> str:
        text = str(value)
        if not text.strip():
            raise Refused(
                f"Label column {self.name!r} has an empty value.", met="''", accepted=ACCEPTED_LABELS
            )
        return checked_text(text, f"Label column {self.name!r}", self.limits)

    def _whole(self, values: NDArray[Any]) -> NDArray[np.int64]:
        fits = np.isfinite(values) & (np.abs(values) < 2.0**53)
        good = fits & (np.floor(values) == values)
        if not good.all():
            row = int(np.argmin(good))
            detail = (
                f"Label column {self.name!r} holds {values[row]} in row {self.rows + row} (counted from 0)."
            )
            raise Refused(detail, met=str(values[row]), accepted=ACCEPTED_LABELS)
        return values.astype(np.int64)


class IdColumn:
    """Ids, written through to a Parquet file."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self.limits = limits
        self.rows = 0
        self._digest = hashlib.sha256()
        self._hashes: list[NDArray[np.uint64]] = []
        self._writer = pq.ParquetWriter(path, pa.schema([("id", pa.string())]))

    def add(self, values: Iterable[object]) -> None:
        """Ids of the next samples, as text."""
        texts = [checked_text(_plain(value), "The id column", self.limits) for value in values]
        digests = []
        for text in texts:
            data = text.encode()
            self._digest.update(len(data).to_bytes(4, "little") + data)
            digests.append(hashlib.blake2b(data, digest_size=8).digest())
        self._hashes.append(np.frombuffer(b"".join(digests), dtype=np.uint64))
        self._writer.write_table(pa.table({"id": pa.array(texts, pa.string())}))
        self.rows += len(texts)

    def close(self) -> None:
        """End the file."""
        self._writer.close()

    def sha256(self) -> str:
        """Digest of all ids in order."""
        return self._digest.hexdigest()

    def repeated(self) -> int:
        """How many ids have come before."""
        hashes = np.sort(np.concatenate(self._hashes))
        return int((hashes[1:] == hashes[:-1]).sum())


def checked_text(text: str, where: str, limits: Limits) -> str:
    """The text, if it is short enough and can be stored.

    Raises:
        Refused: it is too long, or holds a lone surrogate or a null character.
    """
    if len(text) > limits.text_length:
        accepted = f"at most {limits.text_length} characters"
        raise Refused(f"{where} holds a text of {len(text)} characters.", met=shown(text), accepted=accepted)
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise Refused(f"{where} holds {shown(text)}.", met=shown(text), accepted="UTF-8 text without null")
    return text


def _plain(value: object) -> str:
    if value is None:
        raise Refused("The id column has an empty value.", met=None, accepted="an id for every sample")
    return _decoded(value, "id") if isinstance(value, bytes) else str(value)


def _decoded(value: bytes, name: str) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refused(
            f"Column {name!r} holds {shown(value)}.", met=shown(value), accepted="UTF-8 text"
        ) from error
