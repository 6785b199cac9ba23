"""Uploads made in memory."""

import io
import struct
import zipfile
import zlib

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image


def npy(array, **options):
    out = io.BytesIO()
    np.save(out, array, **options)
    return out.getvalue()


def npy_header(text, version=(1, 0)):
    size = struct.pack("<H" if version == (1, 0) else "<I", len(text))
    return b"\x93NUMPY" + bytes(version) + size + text


def npy_declaring(shape, dtype="<f4", data=b""):
    header = f"{{'descr': {dtype!r}, 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    return npy_header(header) + data


def npz(**arrays):
    out = io.BytesIO()
    np.savez_compressed(out, **arrays)
    return out.getvalue()


def parquet(**columns):
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out)
    return out.getvalue()


def image(size=(8, 8), mode="RGB", encoding="PNG", seed=0, **options):
    """An encoded image of `size` (width, height)."""
    pixels = np.random.default_rng(seed).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
    out = io.BytesIO()
    Image.fromarray(pixels).convert(mode).save(out, encoding, **options)
    return out.getvalue()


def archive(members, method=zipfile.ZIP_STORED):
    """A zip archive of (name or ZipInfo, data) pairs or a dict of them; it does not tell when it was made."""
    out = io.BytesIO()
    pairs = members.items() if isinstance(members, dict) else members
    with zipfile.ZipFile(out, "w", method) as file:
        for name, data in pairs:
            named = name if isinstance(name, zipfile.ZipInfo) else member(name, compress_type=method)
            file.writestr(named, data)
    return out.getvalue()


def member(name, mode=0o100644, **fields):
    """A ZipInfo with a Unix mode."""
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    for field, value in fields.items():
        setattr(info, field, value)
    return info


def png_chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_declaring(width, height, *extra):
    """A PNG that says it is large and is small."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = png_chunk(b"IDAT", zlib.compress(bytes(1000)))
    return (
        b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + b"".join(extra) + body + png_chunk(b"IEND", b"")
    )


def empty_members(count):
    """A zip archive of very many empty members."""
    local, central = bytearray(), bytearray()
    for number in range(count):
        name = b"%07d.png" % number
        place = len(local)
        fields = (20, 0, 0, 0, 0x21, 0, 0, 0, len(name), 0)
        local += b"PK\x03\x04" + struct.pack("<5H3L2H", *fields) + name
        central += b"PK\x01\x02" + struct.pack("<6H3L5H2L", 20, *fields, 0, 0, 0, 0, place) + name
    shown = min(count, 0xFFFF)
    end = b"PK\x05\x06" + struct.pack("<4H2LH", 0, 0, shown, shown, len(central), len(local), 0)
    return bytes(local + central + end)


def overlapping(copies):
    """A zip archive whose members all share the bytes of one."""
    kernel = zlib.compress(bytes(1 << 20))[2:-4]
    checksum = zlib.crc32(bytes(1 << 20))
    name = b"a.png"
    fields = (20, 0, 8, 0, 0x21, checksum, len(kernel), 1 << 20, len(name), 0)
    local = b"PK\x03\x04" + struct.pack("<5H3L2H", *fields) + name + kernel
    central = b""
    for number in range(copies):
        entry = b"PK\x01\x02" + struct.pack("<6H3L5H2L", 20, *fields, 0, 0, 0, 0, 0)
        central += entry + b"%05d" % number
    return (
        local
        + central
        + b"PK\x05\x06"
        + struct.pack("<4H2LH", 0, 0, copies, copies, len(central), len(local), 0)
    )
