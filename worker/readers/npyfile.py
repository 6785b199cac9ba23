"""`.npy` files, read and written block by block, never whole and never by pickle."""

import math
import os
import tokenize
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.lib import format as npy_format
from numpy.typing import NDArray

from worker.readers.errors import Refused, shown

Array = NDArray[Any]

BLOCK_BYTES = 16 << 20
FORTRAN_BLOCK_BYTES = 64 << 20
TEXT_BYTES = 4_000
HEADER_BYTES = 128
NUMBERS = "biuf"
LABELS = "biufSU"
HEADER_ERRORS = (
    ValueError,
    TypeError,
    SyntaxError,
    RecursionError,
    ArithmeticError,
    AttributeError,
    LookupError,
    tokenize.TokenError,
)
ACCEPTED = "a .npy array of booleans, integers or real floats"
ACCEPTED_COLUMN = "a .npy array of integers or texts of fixed length"


def rows_per_block(features: int, item_bytes: int = 8) -> int:
    """How many samples make a block of a bounded size."""
    return max(1, BLOCK_BYTES // (max(1, features) * max(8, item_bytes)))


class ArrayFile:
    """An array in a `.npy` file whose header has been checked against the bytes present.

    Attributes:
        shape: as declared; `dtype`: as stored, byte order included.
    """

    def __init__(self, path: Path, *, kinds: str = NUMBERS, name: str = "The array") -> None:
        self.path = path
        self.name = name
        with path.open("rb") as file:
            self.shape, self.fortran, self.dtype = _header(file, name)
            self.offset = file.tell()
        _check_dtype(self.dtype, kinds, name)
        self._check_size()

    @property
    def features(self) -> int:
        """Values of one sample."""
        return math.prod(self.shape[1:])

    def blocks(self) -> Iterator[Array]:
        """Blocks of rows (r, *shape[1:]) in native byte order."""
        with self.path.open("rb", buffering=0) as file:
            read = (
                self._fortran_blocks(file) if self.fortran and len(self.shape) > 1 else self._c_blocks(file)
            )
            native = self.dtype.newbyteorder("=")
            for block in read:
                yield block.astype(native, copy=False)

    def _c_blocks(self, file: BinaryIO) -> Iterator[Array]:
        step = rows_per_block(self.features, self.dtype.itemsize)
        file.seek(self.offset)
        for start in range(0, self.shape[0], step):
            rows = min(step, self.shape[0] - start)
            yield self._values(file, rows * self.features).reshape(rows, *self.shape[1:])

    def _fortran_blocks(self, file: BinaryIO) -> Iterator[Array]:
        n, row_bytes = self.shape[0], self.features * self.dtype.itemsize
        step, small = max(1, FORTRAN_BLOCK_BYTES // row_bytes), rows_per_block(self.features)
        for start in range(0, n, step):
            rows = min(step, n - start)
            block = self._fortran_rows(file, start, rows)
            for first in range(0, rows, small):
                yield np.ascontiguousarray(block[first : first + small])

    def _fortran_rows(self, file: BinaryIO, start: int, rows: int) -> Array:
        flat = np.empty((self.features, rows), dtype=self.dtype)
        if rows == self.shape[0]:
            file.seek(self.offset)
            flat = self._values(file, flat.size).reshape(flat.shape)
        else:
            for column in range(self.features):
                file.seek(self.offset + (column * self.shape[0] + start) * self.dtype.itemsize)
                flat[column] = self._values(file, rows)
        return flat.reshape(*self.shape[:0:-1], rows).T

    def _values(self, file: BinaryIO, count: int) -> Array:
        data = bytearray(count * self.dtype.itemsize)
        view, done = memoryview(data), 0
        while done < len(data):
            got = os.readv(file.fileno(), [view[done:]])
            if got == 0:
                raise _truncated(self.name, len(data), done)
            done += got
        return np.frombuffer(data, dtype=self.dtype)

    def _check_size(self) -> None:
        needed = math.prod(self.shape) * self.dtype.itemsize
        present = self.path.stat().st_size - self.offset
        if needed > present:
            raise _truncated(self.name, needed, present)


class ArrayWriter:
    """Writes a C-order `.npy` file block by block; the number of rows is known at the end."""

    def __init__(self, path: Path, sample_shape: Sequence[int], dtype: str) -> None:
        self.path = path
        self.sample_shape = tuple(sample_shape)
        self.dtype = np.dtype(dtype)
        self.rows = 0
        self._file = path.open("wb")
        self._file.write(bytes(HEADER_BYTES))

    def append(self, rows: Array) -> None:
        """Add rows (r, *sample_shape) of this dtype."""
        self._file.write(np.ascontiguousarray(rows, dtype=self.dtype).data)
        self.rows += len(rows)

    def close(self) -> None:
        """Write the header and make the file durable."""
        header = {"descr": self.dtype.str, "fortran_order": False, "shape": (self.rows, *self.sample_shape)}
        text = repr(header).encode("ascii")
        room = HEADER_BYTES - 10 - 1 - len(text)
        self._file.seek(0)
        self._file.write(npy_format.magic(1, 0) + (HEADER_BYTES - 10).to_bytes(2, "little"))
        self._file.write(text + b" " * room + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()


def _header(file: BinaryIO, name: str) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    try:
        version = npy_format.read_magic(file)
        if version == (1, 0):
            shape, fortran, dtype = npy_format.read_array_header_1_0(file)
        elif version == (2, 0):
            shape, fortran, dtype = npy_format.read_array_header_2_0(file)
        else:
            raise Refused(f"{name} has .npy version {version}.", met=list(version), accepted=[[1, 0], [2, 0]])
    except HEADER_ERRORS as error:
        detail = f"{name} has no readable .npy header: {shown(str(error), 200)}."
        raise Refused(detail, accepted=ACCEPTED) from error
    if any(isinstance(side, bool) or side < 0 for side in shape):
        raise Refused(f"{name} declares the impossible shape {shape}.", met=shown(shape), accepted=ACCEPTED)
    return shape, fortran, dtype


def _check_dtype(dtype: np.dtype[Any], kinds: str, name: str) -> None:
    accepted = ACCEPTED if kinds == NUMBERS else ACCEPTED_COLUMN
    met = shown(str(dtype))
    if dtype.hasobject:
        raise Refused(f"{name} holds Python objects, which only pickle can read.", met=met, accepted=accepted)
    if dtype.kind in "SU" and dtype.itemsize > TEXT_BYTES:
        raise Refused(
            f"{name} holds texts of {dtype.itemsize} bytes.", met=met, accepted=f"{TEXT_BYTES} bytes"
        )
    if dtype.kind not in kinds or dtype.names is not None or dtype.subdtype is not None:
        raise Refused(f"{name} has dtype {met}.", met=met, accepted=accepted)


def _truncated(name: str, needed: int, present: int) -> Refused:
    return Refused(
        f"{name} is truncated: its header declares {needed} bytes of data and {max(present, 0)} are there.",
        met=max(present, 0),
        accepted=needed,
    )
