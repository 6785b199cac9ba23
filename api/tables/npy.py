"""Arrays in npy files of the store, read by range without fetching the file."""

import io
import math
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from threading import Lock
from typing import Any

import numpy as np
from numpy.lib import format as npy_format

from models.store import Store

HEADER_BYTES = 4096
BLOCK_BYTES = 4 * 2**20
REMEMBERED = 1024


@dataclass(frozen=True)
class Npy:
    """An array of shape (n, …) in C order, in the store."""

    store: Store
    key: str
    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    offset: int

    @property
    def row_bytes(self) -> int:
        """Bytes of one row."""
        return self.dtype.itemsize * math.prod(self.shape[1:])

    def rows(self, start: int, stop: int) -> "np.ndarray[Any, Any]":
        """Rows [start, stop), of shape (stop - start, …)."""
        start, stop = max(0, start), min(stop, self.shape[0])
        at = self.offset + start * self.row_bytes
        data = self.store.read_range(self.key, at, max(0, stop - start) * self.row_bytes)
        return np.frombuffer(data, self.dtype).reshape(-1, *self.shape[1:])

    def blocks(self) -> Iterator["np.ndarray[Any, Any]"]:
        """All rows, in blocks of a few MiB."""
        step = max(1, BLOCK_BYTES // max(1, self.row_bytes))
        for start in range(0, self.shape[0], step):
            yield self.rows(start, start + step)


class Headers:
    """Remembers the headers of npy files; a key's content never changes."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: OrderedDict[str, Npy] = OrderedDict()
        self._lock = Lock()

    def open(self, key: str) -> Npy:
        """The array under a key. Raises NotFound."""
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
                return self._known[key]
        found = _read_header(self._store, key)
        with self._lock:
            self._known[key] = found
            while len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return found


def _read_header(store: Store, key: str) -> Npy:
    head = io.BytesIO(store.read_range(key, 0, HEADER_BYTES))
    version = npy_format.read_magic(head)
    read = npy_format.read_array_header_1_0 if version == (1, 0) else npy_format.read_array_header_2_0
    shape, fortran, dtype = read(head)
    if fortran and len(shape) > 1:
        raise ValueError(f"{key} is in Fortran order")
    return Npy(store, key, dtype, shape, head.tell())


def header(dtype: "np.dtype[Any]", shape: tuple[int, ...]) -> bytes:
    """The first bytes of an npy file, before its data in C order."""
    out = io.BytesIO()
    description = {"descr": npy_format.dtype_to_descr(dtype), "fortran_order": False, "shape": shape}
    npy_format.write_array_header_1_0(out, description)
    return out.getvalue()
