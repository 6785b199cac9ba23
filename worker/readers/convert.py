"""One upload from bytes to canonical files."""

import errno
import shutil
from collections.abc import Callable
from typing import Any

from worker.readers import csv, image_zip, npy, npz, parquet
from worker.readers.draft import Draft
from worker.readers.errors import Refused
from worker.readers.order import Order

READERS: dict[str, Callable[[Order, Draft], None]] = {
    "npy": npy.read,
    "npz": npz.read,
    "csv": csv.read,
    "parquet": parquet.read,
    "zip": image_zip.read,
}
MAGIC = {
    b"\x93NUMPY": ("npy", "a .npy array"),
    b"PK\x03\x04": ("npz zip", "a zip archive"),
    b"PK\x05\x06": ("npz zip", "an empty zip archive"),
    b"PAR1": ("parquet", "a Parquet file"),
    b"\x89PNG": ("", "a PNG image"),
    b"\xff\xd8\xff": ("", "a JPEG image"),
    b"\x1f\x8b": ("", "a gzip file"),
    b"\x80\x04\x95": ("", "a pickle"),
    b"\x80\x05\x95": ("", "a pickle"),
    b"\x89HDF": ("", "an HDF5 file"),
    b"%PDF": ("", "a PDF"),
    b"\x7fELF": ("", "a program"),
}


def convert(order: Order) -> dict[str, Any]:
    """Write `canonical/` in the order's folder and say what the dataset is; on failure leave nothing there.

    Raises:
        Refused: the upload cannot become a dataset.
    """
    order.canonical.mkdir(parents=True)
    order.scratch.mkdir()
    try:
        _check_magic(order)
        draft = Draft(order.canonical, order.limits)
        READERS[order.format](order, draft)
        _check_kind(order, draft)
        return draft.finish()
    except BaseException as error:
        shutil.rmtree(order.canonical)
        if isinstance(error, OSError | MemoryError):
            raise _exhausted(error) from error
        raise
    finally:
        shutil.rmtree(order.scratch)


def _check_kind(order: Order, draft: Draft) -> None:
    if order.options.kind not in (None, draft.kind):
        raise Refused(
            f"The samples are {draft.kind}, and kind={order.options.kind} was given.",
            met=order.options.kind,
            accepted=[draft.kind],
            errors=[{"pointer": "/options/kind", "code": "not_applicable"}],
        )


def _check_magic(order: Order) -> None:
    if order.format not in READERS:
        raise Refused(f"There is no format {order.format!r}.", met=order.format, accepted=sorted(READERS))
    with order.upload.open("rb") as file:
        start = file.read(8)
    if not start:
        raise Refused("The file is empty.", met="0 bytes", accepted=f"a {order.format} file")
    for magic, (formats, what) in MAGIC.items():
        if start.startswith(magic):
            if order.format not in formats.split():
                raise Refused(
                    f"The file is {what}, not {order.format}.", met=what, accepted=f"a {order.format} file"
                )
            return
    if order.format != "csv":
        raise Refused(
            f"The file does not start like {order.format}.",
            met=start.hex(" "),
            accepted=f"a {order.format} file",
        )


def _exhausted(error: OSError | MemoryError) -> Exception:
    if isinstance(error, MemoryError):
        detail = "Reading the file takes more memory than allowed."
        return Refused(detail, code="unsafe_file", met="out of memory", accepted="a plainer file")
    if error.errno == errno.EFBIG:
        detail = "The dataset's files would be too large."
        return Refused(detail, code="too_large", met="the limit of a file's size", accepted="less data")
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Refused("The worker has no disk space left.", code="storage_full")
    return error
