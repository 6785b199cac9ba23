"""Files that nobody should be able to hurt us with, each with the code that it must be refused with."""

import gzip
import pickle
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from tests.worker.readers import files

BAD, UNSAFE, LARGE = "invalid_data", "unsafe_file", "too_large"
X = np.arange(12, dtype=np.float32).reshape(6, 2)


@dataclass(frozen=True)
class Hostile:
    """One file: what it is, how it claims to be read, and how it is made."""

    name: str
    format: str
    code: str
    make: Callable[[], bytes]
    options: dict = field(default_factory=dict)


def _with(array, place, value):
    changed = array.copy()
    changed[place] = value
    return changed


def _flip(data, place, value=0xFF):
    return data[:place] + bytes([data[place] ^ value]) + data[place + 1 :]


def _garbled_footer(data):
    (size,) = struct.unpack("<L", data[-8:-4])
    return data[: -8 - size] + bytes(byte ^ 0xFF for byte in data[-8 - size : -8]) + data[-8:]


def _pngs(**names):
    return files.archive(
        {name.replace("__", "/") + ".png": files.image(size) for name, size in names.items()}
    )


def _two(name, data):
    return files.archive([("a.png", files.image()), (name, data)])


def _lying_size(data):
    """Say in the archive's directory that a member is ten times as large as it is."""
    at = data.rfind(b"PK\x01\x02") + 24
    (size,) = struct.unpack_from("<L", data, at)
    return data[:at] + struct.pack("<L", 10 * size) + data[at + 4 :]


def _encrypted(data):
    at, local = data.rfind(b"PK\x01\x02") + 8, data.find(b"PK\x03\x04") + 6
    return _flip(_flip(data, at, 1), local, 1)


def _zip64_lies():
    data = files.archive({"a.png": files.image(), "b.png": files.image()})
    end = data.rfind(b"PK\x05\x06")
    record = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 2, 2, 1 << 60, 0)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, end, 1)
    return data[:end] + record + locator + data[end:]


def _zeros(*names):
    return files.archive({name: bytes(60 << 20) for name in names}, zipfile.ZIP_DEFLATED)


def _nameless():
    """An archive whose member has a name of no characters in the directory."""
    data = files.archive({"x": files.npy(X)})
    at, end = data.rfind(b"PK\x01\x02"), data.rfind(b"PK\x05\x06")
    entry, record = bytearray(data[at : end - 1]), bytearray(data[end:])
    struct.pack_into("<H", entry, 28, 0)
    struct.pack_into("<L", record, 12, len(entry))
    return data[:at] + bytes(entry) + bytes(record)


def _text_bomb():
    chunk = files.png_chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(90 << 20)))
    return _two("b.png", files.png_declaring(8, 8, chunk))


def _bomb(size):
    return files.archive(
        [("x.npy", files.npy_declaring((size >> 3, 2), data=bytes(size)))], zipfile.ZIP_DEFLATED
    )


NPY = [
    ("empty", BAD, lambda: b""),
    ("one byte", BAD, lambda: b"\x93"),
    ("magic alone", BAD, lambda: b"\x93NUMPY"),
    ("truncated header", BAD, lambda: files.npy(X)[:40]),
    ("truncated data", BAD, lambda: files.npy(X)[:-1]),
    ("no data", BAD, lambda: files.npy(X)[:128]),
    ("wrong magic", BAD, lambda: b"NUMPY" + files.npy(X)),
    ("text", BAD, lambda: b"1,2\n3,4\n"),
    ("object dtype", BAD, lambda: files.npy(np.array([[1], [None]]), allow_pickle=True)),
    ("pickle", BAD, lambda: pickle.dumps(X)),
    ("gzip", BAD, lambda: gzip.compress(files.npy(X))),
    ("an image", BAD, files.image),
    ("huge declared shape", BAD, lambda: files.npy_declaring((1 << 40, 1 << 10))),
    ("shape beyond 64 bits", BAD, lambda: files.npy_declaring((1 << 62, 1 << 62))),
    ("negative shape", BAD, lambda: files.npy_declaring((-1, 2), data=bytes(64))),
    ("shape of booleans", BAD, lambda: files.npy_declaring((True, True), data=bytes(64))),
    ("shape of text", BAD, lambda: files.npy_declaring("'ab'", data=bytes(64))),
    ("code in the header", BAD, lambda: files.npy_header(b"{'descr': __import__('os').system('true')}\n")),
    ("nested header", BAD, lambda: files.npy_header(b"(" * 9000)),
    ("header of null bytes", BAD, lambda: files.npy_header(bytes(118))),
    ("header too long", BAD, lambda: files.npy_header(b" " * (1 << 20), (2, 0))),
    ("unknown dtype", BAD, lambda: files.npy_declaring((6, 2), "<q9", bytes(999))),
    ("unknown version", BAD, lambda: files.npy_header(b"{}", (9, 0))),
    ("version 3", BAD, lambda: files.npy_header(b"{}", (3, 0))),
    ("complex", BAD, lambda: files.npy(X.astype(complex))),
    ("structured", BAD, lambda: files.npy(np.zeros((6, 2), dtype=[("a", "f4")]))),
    ("dates", BAD, lambda: files.npy(np.zeros((6, 2), dtype="M8[s]"))),
    ("text array", BAD, lambda: files.npy(np.full((6, 2), "a"))),
    ("raw bytes", BAD, lambda: files.npy(np.zeros((6, 2), dtype="V8"))),
    ("a number", BAD, lambda: files.npy(np.float32(1))),
    ("one dimension", BAD, lambda: files.npy(np.arange(9.0))),
    ("five dimensions", BAD, lambda: files.npy(np.zeros((2, 2, 2, 2, 2)))),
    ("NaN", BAD, lambda: files.npy(_with(X, (3, 1), np.nan))),
    ("infinity", BAD, lambda: files.npy(_with(X, (3, 1), np.inf))),
    ("NaN in images", BAD, lambda: files.npy(_with(np.ones((2, 3, 3)), (1, 1, 1), np.nan))),
    ("beyond float32", BAD, lambda: files.npy(_with(X.astype(float), (3, 1), 1e300))),
    ("one sample", BAD, lambda: files.npy(X[:1])),
    ("no sample", BAD, lambda: files.npy(X[:0])),
    ("no column", BAD, lambda: files.npy(X[:, :0])),
    ("images without height", BAD, lambda: files.npy(np.zeros((5, 0, 4), dtype=np.uint8))),
    ("two channels", BAD, lambda: files.npy(np.zeros((5, 4, 4, 2), dtype=np.uint8))),
    ("negative pixels", BAD, lambda: files.npy(np.full((5, 4, 4), -0.5))),
    ("pixels beyond a byte", BAD, lambda: files.npy(np.full((5, 4, 4), 256))),
    ("wide sample", LARGE, lambda: files.npy(np.zeros((2, (1 << 22) + 1), dtype=np.int8))),
    ("more samples than allowed", LARGE, lambda: files.npy(np.zeros((20_000_001, 1), dtype=np.int8))),
]  # fmt: skip

NPZ = [
    ("truncated", BAD, lambda: files.npz(x=X)[:-30]),
    ("end cut off", BAD, lambda: files.npz(x=X)[:100]),
    ("no member", BAD, lambda: files.archive({})),
    ("no samples", BAD, lambda: files.npz(y=np.arange(6))),
    ("several arrays, none x", BAD, lambda: files.npz(a=X, b=X)),
    ("no array", BAD, lambda: files.archive({"x.txt": b"1"})),
    ("object labels", BAD, lambda: files.npz(x=X, y=np.array([None] * 6))),
    ("pickled samples", BAD, lambda: files.npz(x=np.array([[None]] * 6))),
    ("too few labels", BAD, lambda: files.npz(x=X, y=np.arange(5))),
    ("labels of two dimensions", BAD, lambda: files.npz(x=X, y=np.zeros((6, 2), dtype=int))),
    ("labels with fractions", BAD, lambda: files.npz(x=X, y=np.full(6, 0.5))),
    ("labels of NaN", BAD, lambda: files.npz(x=X, y=np.full(6, np.nan))),
    ("empty labels", BAD, lambda: files.npz(x=X, y=np.full(6, ""))),
    ("undecodable ids", BAD, lambda: files.npz(x=X, ids=np.full(6, b"\xff"))),
    ("too many ids", BAD, lambda: files.npz(x=X, ids=np.arange(7))),
    ("endless label", BAD, lambda: files.npz(x=X, y=np.full(6, "a" * 5000))),
    ("inner truncated", BAD, lambda: files.archive({"x.npy": files.npy(X)[:-4]})),
    ("pointing outside", UNSAFE, lambda: files.archive({"../x.npy": files.npy(X)})),
    ("archive in archive", BAD, lambda: files.archive({"x.npy": files.npz(x=X)})),
    ("member without a name", UNSAFE, _nameless),
    ("bomb", UNSAFE, lambda: _bomb(100 << 20)),
    ("twice the same", UNSAFE, lambda: files.npz(x=X, z=X).replace(b"z.npy", b"x.npy")),
    ("damaged", BAD, lambda: _flip(files.archive({"x.npy": files.npy(X)}), 170)),
]  # fmt: skip

CSV = [
    ("empty", BAD, lambda: b""),
    ("blank", BAD, lambda: b"\n \n\t\n"),
    ("line too short", BAD, lambda: b"a,b\n1,2\n3\n"),
    ("line too long", BAD, lambda: b"a,b\n1,2\n3,4,5\n"),
    ("a word", BAD, lambda: b"a,b\n1,2\n3,four\n"),
    ("a formula", BAD, lambda: b"a,b\n1,2\n3,=1+1\n"),
    ("missing value", BAD, lambda: b"a,b\n1,2\n3,\n"),
    ("NaN", BAD, lambda: b"a,b\n1,2\n3,nan\n"),
    ("infinity", BAD, lambda: b"a,b\n1,2\n3,-inf\n"),
    ("beyond float32", BAD, lambda: b"a,b\n1,2\n3,1e39\n"),
    ("null bytes", BAD, lambda: b"a,b\n1,2\n3,\0\n"),
    ("UTF-16", BAD, lambda: "a,b\n1,2\n3,4\n".encode("utf-16")),
    ("Latin-1 in the header", BAD, lambda: "größe,b\n1,2\n3,4\n".encode("latin-1")),
    ("Latin-1 far inside", BAD, lambda: b"a,b\n" + b"1,2\n" * 1_200_000 + b"3,\xe4\n"),
    ("null byte far inside", BAD, lambda: b"a,b\n" + b"1,2\n" * 1_200_000 + b"3,\0\n"),
    ("one row", BAD, lambda: b"a,b\n1,2\n"),
    ("header alone", BAD, lambda: b"a,b\n"),
    ("two columns of one name", BAD, lambda: b"a,a\n1,2\n3,4\n"),
    ("unclosed quote", BAD, lambda: b'a,b\n1,2\n"3,4\n5,6\n'),
    ("unclosed quote in the header", BAD, lambda: b'"a,b\n1,2\n3,4\n'),
    ("endless line", BAD, lambda: b"1" * (9 << 20)),
    ("endless line inside", BAD, lambda: b"a,b\n1,2\n3," + b"1" * (9 << 20)),
    ("too many columns", LARGE, lambda: b",".join([b"1"] * 150_000) + b"\n" + b",".join([b"1"] * 150_000)),
    ("noise", BAD, lambda: bytes(np.random.default_rng(0).integers(128, 256, 5000, dtype=np.uint8))),
    ("gzip", BAD, lambda: gzip.compress(b"a,b\n1,2\n3,4\n")),
    ("a zip", BAD, lambda: files.archive({"a": b"1"})),
]  # fmt: skip

PARQUET = [
    ("empty", BAD, lambda: b""),
    ("magic alone", BAD, lambda: b"PAR1"),
    ("magic twice", BAD, lambda: b"PAR1PAR1"),
    ("truncated", BAD, lambda: files.parquet(a=[1, 2])[:-20]),
    ("damaged footer", BAD, lambda: _garbled_footer(files.parquet(a=[1, 2]))),
    ("endless footer", BAD, lambda: files.parquet(a=[1, 2])[:-8] + struct.pack("<L", 1 << 31) + b"PAR1"),
    ("text column", BAD, lambda: files.parquet(a=[1, 2], b=["u", "v"])),
    ("missing value", BAD, lambda: files.parquet(a=[1, None, 3])),
    ("NaN", BAD, lambda: files.parquet(a=[1.0, np.nan])),
    ("lists of several lengths", BAD, lambda: files.parquet(x=[[1.0], [1.0, 2.0]])),
    ("a list missing", BAD, lambda: files.parquet(x=[[1.0], None])),
    ("first list missing", BAD, lambda: files.parquet(x=[None, [1.0]])),
    ("empty lists", BAD, lambda: files.parquet(x=pa.array([[], []], pa.list_(pa.int8())))),
    ("lists of text", BAD, lambda: files.parquet(x=[["a"], ["b"]])),
    ("records", BAD, lambda: files.parquet(a=[{"b": 1}, {"b": 2}])),
    ("dates", BAD, lambda: files.parquet(a=pa.array([1, 2], pa.timestamp("s")))),
    ("nothing but nulls", BAD, lambda: files.parquet(a=pa.nulls(3))),
    ("one row", BAD, lambda: files.parquet(a=[1])),
    ("no row", BAD, lambda: files.parquet(a=pa.array([], pa.int64()))),
    ("no column", BAD, lambda: files.parquet()),
    ("label missing", BAD, lambda: files.parquet(a=[1, 2], y=["u", None])),
    ("far more rows than bytes", LARGE, lambda: files.parquet(a=np.zeros(20_000_001, dtype=np.int8))),
]  # fmt: skip

ZIP = [
    ("empty", BAD, lambda: b""),
    ("truncated", BAD, lambda: _pngs(a=(8, 8), b=(8, 8))[:-40]),
    ("no member", BAD, lambda: files.archive({})),
    ("one image", BAD, lambda: _pngs(a=(8, 8))),
    ("mixed sizes", BAD, lambda: _pngs(a=(8, 8), b=(8, 9))),
    ("some in folders", BAD, lambda: _pngs(a__a=(8, 8), b=(8, 8))),
    ("pointing outside", UNSAFE, lambda: _two("../b.png", files.image())),
    ("pointing outside from inside", UNSAFE, lambda: _two("a/../../b.png", files.image())),
    ("backslashes pointing outside", UNSAFE, lambda: _two("..\\b.png", files.image())),
    ("absolute name", UNSAFE, lambda: _two("/etc/b.png", files.image())),
    ("drive letter", UNSAFE, lambda: _two("C:/b.png", files.image())),
    ("null byte in the name", UNSAFE, lambda: _pngs(a=(8, 8), bxpng=(8, 8)).replace(b"bxpng", b"b\0png")),
    ("symbolic link", UNSAFE, lambda: _two(files.member("b.png", 0o120777), b"/etc/passwd")),
    ("device", UNSAFE, lambda: _two(files.member("b.png", 0o020666), b"")),
    ("encrypted", UNSAFE, lambda: _encrypted(_pngs(a=(8, 8)))),
    ("same name twice", UNSAFE, lambda: _pngs(a=(8, 8), b=(8, 8)).replace(b"b.png", b"a.png")),
    ("overlapping members", UNSAFE, lambda: files.overlapping(2000)),
    ("far too many members", UNSAFE, lambda: files.empty_members(100_001)),
    ("archive in archive", UNSAFE, lambda: _two("b.zip", _pngs(a=(8, 8)))),
    ("lzma", UNSAFE, lambda: files.archive({"a.png": files.image()}, zipfile.ZIP_LZMA)),
    ("member that unpacks enormously", UNSAFE, lambda: _zeros("a.png", "b.png")),
    ("directory that lies about sizes", BAD, lambda: _lying_size(_pngs(a=(8, 8), b=(8, 8)))),
    ("zip64 that lies", UNSAFE, _zip64_lies),
    ("damaged member", BAD, lambda: _flip(_pngs(a=(8, 8), b=(8, 8)), 60)),
    ("a text file", BAD, lambda: _two("labels.txt", b"1")),
    ("an empty file", BAD, lambda: _two("b.png", b"")),
    ("GIF", BAD, lambda: _two("b.png", files.image(encoding="GIF"))),
    ("TIFF", BAD, lambda: _two("b.png", files.image(encoding="TIFF"))),
    ("BMP", BAD, lambda: _two("b.png", files.image(encoding="BMP"))),
    ("SVG", BAD, lambda: _two("b.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>")),
    ("truncated PNG", BAD, lambda: _two("b.png", files.image()[:-60])),
    ("truncated PNG header", BAD, lambda: _two("b.png", files.image()[:20])),
    ("truncated JPEG", BAD, lambda: _two("b.png", files.image(encoding="JPEG")[:-100])),
    ("truncated WebP", BAD, lambda: _two("b.png", files.image(encoding="WEBP")[:-60])),
    ("PNG magic alone", BAD, lambda: _two("b.png", b"\x89PNG\r\n\x1a\n")),
    ("JPEG magic alone", BAD, lambda: _two("b.png", b"\xff\xd8\xff")),
    ("decompression bomb", UNSAFE, lambda: _two("b.png", files.png_declaring(60_000, 60_000))),
    ("image over the cap", UNSAFE, lambda: _two("b.png", files.png_declaring(5001, 5000))),
    ("image without height", BAD, lambda: _two("b.png", files.png_declaring(8, 0))),
    ("PNG with less data than pixels", BAD, lambda: _two("b.png", files.png_declaring(8, 8000))),
    ("bomb in a text chunk", BAD, _text_bomb),
]  # fmt: skip

TABLE = b"a,b\n1,2\n3,4\n"
OPTIONS = [
    ("npy", "unknown option", lambda: files.npy(X), {"speed": 1}),
    ("zip", "malformed option", lambda: _pngs(a=(8, 8), b=(8, 8)), {"resize": [0, "a"]}),
    ("npy", "option of another format", lambda: files.npy(X), {"resize": [8, 8]}),
    ("npy", "image_shape of another size", lambda: files.npy(X), {"image_shape": [2, 2]}),
    ("npy", "image_shape against the array", lambda: files.npy(np.zeros((5, 4, 4))), {"image_shape": [2, 8]}),
    ("npy", "rows as images without a shape", lambda: files.npy(X), {"kind": "images"}),
    ("npy", "a shape for vectors", lambda: files.npy(X), {"kind": "vectors", "image_shape": [1, 2]}),
    ("zip", "images as vectors", lambda: _pngs(a=(8, 8), b=(8, 8)), {"kind": "vectors"}),
    ("csv", "label column that is not there", lambda: TABLE, {"label_columns": ["c"]}),
    ("csv", "id column that is not there", lambda: TABLE, {"id_column": "c"}),
    ("csv", "nothing but labels", lambda: TABLE, {"label_columns": ["a", "b"]}),
    ("csv", "empty label", lambda: b"a,b\n1,u\n3,\n", {"label_columns": ["b"]}),
    ("csv", "labels like ids", lambda: b"".join(b"1,%d\n" % n for n in range(10001)), {"label_columns": [1]}),
    ("csv", "numbers that are no pixels", lambda: b"1,2\n3,400\n", {"image_shape": [1, 2]}),
    ("parquet", "label of null", lambda: files.parquet(a=[1, 2], b=["u", None]), {"label_columns": ["b"]}),
    ("parquet", "label of fractions", lambda: files.parquet(a=[1, 2], b=[0.5, 1]), {"label_columns": ["b"]}),
    ("parquet", "id of null", lambda: files.parquet(a=[1, 2], b=["u", None]), {"id_column": "b"}),
]  # fmt: skip

FORMATS = {"npy": NPY, "npz": NPZ, "csv": CSV, "parquet": PARQUET, "zip": ZIP}
CORPUS = [Hostile(name, kind, code, make) for kind, rows in FORMATS.items() for name, code, make in rows]
CORPUS += [Hostile(name, kind, BAD, make, options) for kind, name, make, options in OPTIONS]
