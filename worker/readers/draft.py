"""The canonical form of a dataset, in the making."""

import hashlib
import json
import math
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from worker.readers.attributes import AttributeTable
from worker.readers.errors import Refused
from worker.readers.labels import IdColumn, LabelColumn, checked_text
from worker.readers.limits import Limits
from worker.readers.npyfile import ArrayWriter
from worker.readers.scan import Scan

DTYPES = {"vectors": "<f4", "images": "|u1"}


class Draft:
    """Takes samples, labels and ids from a reader and writes the canonical files.

    `x.npy` (C order; float32 (n, d) for vectors, uint8 (n, H, W, C) for images), `meta.json` and, where
    there are any, `labels.parquet`, `ids.parquet` and `attributes.npy` (float32 (n, a)).
    """

    def __init__(self, folder: Path, limits: Limits) -> None:
        self.folder = folder
        self.limits = limits
        self.kind = ""
        self.notes: list[str] = []
        self.warnings: list[str] = []
        self._labels: dict[str, LabelColumn] = {}
        self._ids: IdColumn | None = None
        self._attributes: AttributeTable | None = None
        self.views = 1
        """Pictures of every sample, side by side in one."""
        self._digest = hashlib.sha256()

    def begin(self, kind: str, sample_shape: tuple[int, ...], *, n: int | None = None) -> None:
        """Say what the samples are; `n` if it is known already.

        Raises:
            Refused: a sample has no values, or the array would exceed a limit.
        """
        features = math.prod(sample_shape)
        if features == 0:
            raise Refused(
                f"Samples of shape {list(sample_shape)} hold no values.",
                met=list(sample_shape),
                accepted="≥ 1",
            )
        if features > self.limits.features:
            raise too_large("Values of one sample", features, self.limits.features)
        self.kind = kind
        self._x = ArrayWriter(self.folder / "x.npy", sample_shape, DTYPES[kind])
        self._scan = Scan(features)
        if n is not None:
            self._check_size(n)
            check_count(n)

    def append(self, rows: NDArray[Any]) -> None:
        """Add samples (r, *sample_shape) of the canonical dtype."""
        rows = np.ascontiguousarray(rows)
        self._check_size(self._x.rows + len(rows))
        self._x.append(rows)
        self._digest.update(rows.data)
        self._scan.update(rows.reshape(len(rows), -1))

    def label(self, name: str) -> LabelColumn:
        """The label column of that name, made at the first call."""
        if name not in self._labels:
            self._labels[checked_text(name, "A label column's name", self.limits)] = LabelColumn(
                name, self.limits
            )
        return self._labels[name]

    def ids(self) -> IdColumn:
        """The id column, made at the first call."""
        if self._ids is None:
            self._ids = IdColumn(self.folder / "ids.parquet", self.limits)
        return self._ids

    def attributes(self, names: Sequence[str]) -> "AttributeTable":
        """The table of attributes with these columns."""
        self._attributes = AttributeTable(self.folder / "attributes.npy", names, self.limits)
        return self._attributes

    def finish(self) -> dict[str, Any]:
        """Write what is left and say what the dataset is.

        Raises:
            Refused: fewer than two samples, or a column of another length.
        """
        n = self._x.rows
        check_count(n)
        self._x.close()
        labels = self._finish_labels(n)
        ids = self._finish_ids(n)
        shape, dtype = list(self._x.sample_shape), self._x.dtype.name
        content = {"kind": self.kind, "n": n, "shape": shape, "dtype": dtype, "x": self._digest.hexdigest()}
        content |= {"labels": {name: entry["sha256"] for name, entry in labels.items()}, "ids": ids}
        content |= self._finish_modalities(n)
        meta = {
            "kind": self.kind,
            "n": n,
            "shape": shape,
            "dtype": dtype,
            "content_sha256": hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest(),
            "label_columns": list(labels),
            "has_ids": ids is not None,
            "report": self._report(labels),
        }
        with (self.folder / "meta.json").open("w") as file:
            json.dump(meta, file, allow_nan=False)
            file.flush()
            os.fsync(file.fileno())
        return {**meta, "size_bytes": sum(path.stat().st_size for path in self.folder.iterdir())}

    def _finish_labels(self, n: int) -> dict[str, dict[str, Any]]:
        entries, columns = {}, {}
        for name, column in self._labels.items():
            check_length(f"Label column {name!r}", column.rows, n)
            codes, values = column.finish()
            digest = hashlib.sha256(json.dumps([name, values]).encode() + codes.tobytes()).hexdigest()
            counts = np.bincount(codes, minlength=len(values)).tolist()
            entries[name] = {"values": values, "counts": counts, "sha256": digest}
            columns[name] = codes
            if len(values) == 1:
                self.warnings.append(f"Label column {name!r} has the same value everywhere.")
        text = sum(len(value) for entry in entries.values() for value in entry["values"])
        if text > self.limits.label_text:
            raise too_large("Characters of all labels together", text, self.limits.label_text)
        if columns:
            pq.write_table(pa.table(columns), self.folder / "labels.parquet")
        return entries

    def _finish_ids(self, n: int) -> str | None:
        if self._ids is None:
            return None
        check_length("The id column", self._ids.rows, n)
        self._ids.close()
        if repeated := self._ids.repeated():
            self.warnings.append(f"{repeated} ids occur before in the dataset.")
        return self._ids.sha256()

    def _finish_modalities(self, n: int) -> dict[str, Any]:
        """What makes the content differ from that of the same images without views and attributes."""
        found: dict[str, Any] = {} if self.views == 1 else {"views": self.views}
        if self._attributes is not None:
            check_length("The table of attributes", self._attributes.rows, n)
            found["attributes"] = self._attributes.finish()
        return found

    def _report(self, labels: dict[str, dict[str, Any]]) -> dict[str, Any]:
        summary = self._scan.summary()
        if summary["constant_features"] == self._scan.features:
            self.warnings.append("All samples are equal.")
        if self.kind == "images" and summary["max"] < 64:
            self.warnings.append(f"The images are dark: the largest value is {summary['max']:.0f} of 255.")
        shown = {
            name: {"values": entry["values"], "counts": entry["counts"]} for name, entry in labels.items()
        }
        beside = {
            "views": self.views,
            "attributes": [] if self._attributes is None else list(self._attributes.names),
        }
        return {**summary, **beside, "labels": shown, "notes": self.notes, "warnings": self.warnings}

    def _check_size(self, n: int) -> None:
        if n > self.limits.samples:
            raise too_large("Samples", n, self.limits.samples)
        size = n * math.prod(self._x.sample_shape) * self._x.dtype.itemsize
        if size > self.limits.content_bytes:
            raise too_large("Bytes of the dataset", size, self.limits.content_bytes)


def check_count(n: int) -> None:
    """Refuse what cannot be clustered."""
    if n < 2:
        raise Refused(
            f"There {'is one sample' if n == 1 else 'are no samples'}.", met=n, accepted="at least 2 samples"
        )


def check_length(what: str, met: int, n: int) -> None:
    """Refuse a column that does not go with the samples."""
    if met != n:
        raise Refused(f"{what} has {met} values for {n} samples.", met=met, accepted=n)


def too_large(what: str, met: int, most: int) -> Refused:
    """The refusal of more than a limit."""
    return Refused(f"{what}: {met}, more than the limit of {most}.", code="too_large", met=met, accepted=most)
