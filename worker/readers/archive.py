"""Zip archives that cannot harm: checked before they are opened, decompressed under caps."""

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from worker.readers.errors import Refused, shown
from worker.readers.limits import Limits

CHUNK_BYTES = 1 << 20
DIRECTORY_BYTES = 32 << 20
LOCAL_HEADER_BYTES = 30
END = struct.Struct("<4s4H2LH")
END64 = struct.Struct("<4sQ2H2L4Q")
END64_LOCATOR_BYTES = 20
ARCHIVE_ERRORS = (
    zipfile.BadZipFile,
    NotImplementedError,
    RuntimeError,
    zlib.error,
    EOFError,
    struct.error,
    UnicodeError,
    ValueError,
)
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class Archive:
    """The members of a zip archive, none of which is dangerous by name, kind, place or number."""

    def __init__(self, file: zipfile.ZipFile, limits: Limits) -> None:
        self._file = file
        self.limits = limits
        _check_places(file)
        seen: set[str] = set()
        for info in file.infolist():
            _check_member(info, seen)
        self.members = [info for info in file.infolist() if not info.is_dir()]

    def read(self, info: zipfile.ZipInfo, most: int) -> bytes:
        """The content of a member of at most so many bytes."""
        return b"".join(self._chunks(info, most))

    def extract(self, info: zipfile.ZipInfo, to: Path, most: int) -> None:
        """Write a member's content to a file whose name is ours."""
        with to.open("wb") as target:
            for chunk in self._chunks(info, most):
                target.write(chunk)

    def _chunks(self, info: zipfile.ZipInfo, most: int) -> Iterator[bytes]:
        done, limits = 0, self.limits
        try:
            with self._file.open(info) as member:
                while chunk := member.read(CHUNK_BYTES):
                    done += len(chunk)
                    if done > most:
                        raise _unsafe(
                            f"{shown(info.filename)} unpacks to more than {most} bytes.", done, most
                        )
                    if done > limits.ratio_floor_bytes and done > limits.ratio * info.compress_size:
                        detail = f"{shown(info.filename)} unpacks to over {limits.ratio} times its size."
                        raise _unsafe(
                            detail, f"{done} bytes from {info.compress_size}", f"a ratio up to {limits.ratio}"
                        )
                    yield chunk
        except ARCHIVE_ERRORS as error:
            detail = f"{shown(info.filename)} cannot be unpacked: {shown(str(error), 200)}."
            raise Refused(detail, accepted="an undamaged zip archive") from error
        if done != info.file_size:
            raise Refused(f"{shown(info.filename)} is cut short.", met=done, accepted=info.file_size)


@contextmanager
def open_archive(path: Path, limits: Limits) -> Iterator[Archive]:
    """The archive at `path`.

    Raises:
        Refused: it is no zip archive, or a dangerous one.
    """
    _check_directory(path, limits)
    try:
        file = zipfile.ZipFile(path)
    except ARCHIVE_ERRORS as error:
        raise Refused(
            f"The zip archive cannot be read: {shown(str(error), 200)}.", accepted="a zip archive"
        ) from error
    with file:
        yield Archive(file, limits)


def _check_directory(path: Path, limits: Limits) -> None:
    """Count the members before zipfile makes an object of each."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        tail_start = max(0, size - END.size - 0xFFFF - END64_LOCATOR_BYTES - END64.size)
        file.seek(tail_start)
        place, length = _directory(file.read())
        if length > DIRECTORY_BYTES:
            raise _unsafe("The archive's directory is too large.", length, DIRECTORY_BYTES)
        file.seek(max(0, tail_start + place - length))
        count = file.read(length).count(b"PK\x01\x02")
    if count > limits.members:
        raise _unsafe(f"The archive has {count} members.", count, limits.members)


def _directory(tail: bytes) -> tuple[int, int]:
    """Where in `tail` the central directory ends, and its length."""
    fixed = len(tail) - END.size
    at = (
        fixed
        if tail[fixed:].startswith(b"PK\x05\x06") and tail.endswith(b"\0\0")
        else tail.rfind(b"PK\x05\x06")
    )
    if at < 0 or len(tail) - at < END.size:
        raise Refused(
            "The zip archive has no end: it is truncated or no archive.", accepted="a complete zip archive"
        )
    length = END.unpack_from(tail, at)[5]
    at64 = at - END64_LOCATOR_BYTES - END64.size
    if at64 >= 0 and tail[at - END64_LOCATOR_BYTES : at].startswith(b"PK\x06\x07"):
        signature, *fields = END64.unpack_from(tail, at64)
        if signature == b"PK\x06\x06":
            return at64, fields[7]
    return at, length


def _check_places(file: zipfile.ZipFile) -> None:
    """Members may not share bytes: a bomb of overlapping ones stays small however much it unpacks to."""
    end = 0
    for info in sorted(file.infolist(), key=lambda info: info.header_offset):
        if info.header_offset < end:
            raise _unsafe(
                f"{shown(info.filename)} overlaps another member.", "overlapping members", "separate members"
            )
        end = info.header_offset + LOCAL_HEADER_BYTES + info.compress_size
    if end > file.start_dir:
        raise _unsafe(
            "The last member overlaps the archive's directory.", "overlapping members", "separate members"
        )


def _check_member(info: zipfile.ZipInfo, seen: set[str]) -> None:
    name = info.orig_filename.replace("\\", "/")
    path = PurePosixPath(name)
    shown_name = shown(info.orig_filename)
    if "\0" in name or not name:
        raise _unsafe(f"Member {shown_name} has no proper name.", shown_name, "names without null characters")
    if path.is_absolute() or ".." in path.parts or name[1:2] == ":":
        raise _unsafe(
            f"Member {shown_name} points outside the archive.", shown_name, "relative names without '..'"
        )
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise _unsafe(f"Member {shown_name} is a link or a device.", oct(kind), "regular files and folders")
    if name in seen:
        raise _unsafe(f"Member {shown_name} occurs twice.", shown_name, "each name once")
    seen.add(name)
    if info.flag_bits & 0x1:
        raise Refused(
            f"Member {shown_name} is encrypted.",
            code="unsafe_file",
            met="encrypted",
            accepted="no encryption",
        )
    if info.compress_type not in METHODS:
        raise _unsafe(
            f"Member {shown_name} is compressed by method {info.compress_type}.",
            info.compress_type,
            "stored or deflated",
        )


def _unsafe(detail: str, met: object, accepted: object) -> Refused:
    return Refused(detail, code="unsafe_file", met=met, accepted=accepted)
