"""Parquet files of the store, read by row group."""

import io
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

from api.tables import arrow
from api.tables.arrow import ArrowTable
from models.store import Store


class StoredFile(io.RawIOBase):
    """An object of the store as a readable, seekable file."""

    def __init__(self, store: Store, key: str) -> None:
        self._store = store
        self._key = key
        self._size = store.size(key)
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def read(self, size: int = -1) -> bytes:
        wanted = self._size - self._at if size is None or size < 0 else size
        found = self._store.read_range(self._key, self._at, min(wanted, self._size - self._at))
        self._at += len(found)
        return found


class ParquetRows:
    """A table in the store whose rows are read by position."""

    def __init__(self, store: Store, key: str, columns: Sequence[str] | None = None) -> None:
        self._file = arrow.pq.ParquetFile(StoredFile(store, key))
        names = self._file.schema_arrow.names
        self.columns = [name for name in names if columns is None or name in columns]
        sizes = [self._file.metadata.row_group(i).num_rows for i in range(self._file.num_row_groups)]
        self._ends = list(accumulate(sizes))
        self._latest: tuple[int, ArrowTable] | None = None

    @property
    def n(self) -> int:
        """Number of rows."""
        return self._ends[-1] if self._ends else 0

    def rows(self, start: int, stop: int) -> ArrowTable:
        """Rows [start, stop)."""
        stop = min(stop, self.n)
        parts = []
        while start < stop:
            group = bisect_right(self._ends, start)
            first = self._ends[group - 1] if group else 0
            end = min(stop, self._ends[group])
            parts.append(self._group(group).slice(start - first, end - start))
            start = end
        return arrow.pa.concat_tables(parts) if parts else self._empty()

    def groups(self) -> Iterator[ArrowTable]:
        """All rows, a row group at a time."""
        for group in range(len(self._ends)):
            yield self._group(group)

    def _empty(self) -> ArrowTable:
        return self._file.schema_arrow.empty_table().select(self.columns)

    def _group(self, group: int) -> ArrowTable:
        if self._latest is None or self._latest[0] != group:
            self._latest = (group, self._file.read_row_group(group, columns=self.columns))
        return self._latest[1]
