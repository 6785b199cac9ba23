"""Bytes: a directory, an S3 bucket, or memory in tests.

A put is atomic (readers see the whole object or none) and durable before it returns. Keys are made
by us from ids and fixed names, never from what users type.
"""

import asyncio
import hashlib
import os
import re
import shutil
import time
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, MemoryStore, ObjectStore, from_url

from models.durable import sha256_of, sync_file, sync_folders
from models.errors import InvalidKey, NotFound, StorageFull
from models.ids import new_id

BUFFER_BYTES = 8 * 2**20
UPLOADS_AT_ONCE = 4
STREAM_BYTES = 2**20
SEGMENT = r"[A-Za-z0-9][A-Za-z0-9._@=-]*"
KEY = re.compile(rf"{SEGMENT}(/{SEGMENT})*", re.ASCII)
STAGED = re.compile(r".+#[0-9]+|\.put-.+")


@dataclass(frozen=True)
class Stored:
    """What was written."""

    size_bytes: int
    sha256: str


class AsyncPut:
    """An object being written from async code; `stored` is there once its context has ended well."""

    def __init__(self, writer: "obstore.AsyncWritableFile") -> None:
        self._writer = writer
        self._digest = hashlib.sha256()
        self.size_bytes = 0

    async def write(self, chunk: bytes) -> None:
        """Append bytes."""
        self._digest.update(chunk)
        self.size_bytes += len(chunk)
        await self._writer.write(chunk)

    @property
    def stored(self) -> Stored:
        """Size and digest of what was written so far."""
        return Stored(self.size_bytes, self._digest.hexdigest())


class Store:
    """Objects by key. `folder` is where they lie as files, if they do."""

    def __init__(self, objects: ObjectStore, folder: Path | None = None) -> None:
        self._objects = objects
        self.folder = folder

    def put_stream(self, key: str, chunks: Iterable[bytes]) -> Stored:
        """Write an object piece by piece; if `chunks` raises, nothing is left.

        Raises:
            InvalidKey, StorageFull.
        """
        digest, size = hashlib.sha256(), 0
        with _full_disk_is_storage_full(), self._writer(key) as writer:
            for chunk in chunks:
                digest.update(chunk)
                size += len(chunk)
                writer.write(chunk)
        self._make_durable(key)
        return Stored(size, digest.hexdigest())

    def put(self, key: str, value: bytes) -> Stored:
        """Write a small object."""
        return self.put_stream(key, [value])

    def put_file(self, key: str, path: Path) -> Stored:
        """Write an object from a file, which the caller must not change afterwards: it may be linked."""
        if path.is_symlink() or not path.is_file():
            raise ValueError(f"{path} is not a regular file")
        target = self.local_path(key)
        if target is not None and _link(path, target):
            sync_file(target)
            self._make_durable(key)
            return Stored(target.stat().st_size, sha256_of(target))
        with path.open("rb") as file:
            return self.put_stream(key, iter(lambda: file.read(STREAM_BYTES), b""))

    @asynccontextmanager
    async def aput(self, key: str) -> AsyncIterator[AsyncPut]:
        """Write an object from async code; if the body raises, nothing is left."""
        checked = valid_key(key)
        with _full_disk_is_storage_full():
            async with obstore.open_writer_async(
                self._objects, checked, buffer_size=BUFFER_BYTES, max_concurrency=UPLOADS_AT_ONCE
            ) as writer:
                yield AsyncPut(writer)
        await asyncio.to_thread(self._make_durable, key)

    def get(self, key: str) -> bytes:
        """The whole object. Raises NotFound."""
        with _missing_is_not_found(key):
            return bytes(obstore.get(self._objects, valid_key(key)).bytes())

    def read_range(self, key: str, start: int, length: int) -> bytes:
        """At most `length` bytes from `start` on; fewer at the end. Raises NotFound."""
        if length <= 0 or start >= self.size(key):
            return b""
        with _missing_is_not_found(key):
            return bytes(obstore.get_range(self._objects, valid_key(key), start=start, length=length))

    def stream(self, key: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The bytes from `start` up to `end` (exclusive; None: all) in pieces. Raises NotFound."""
        stop = self.size(key) if end is None else min(end, self.size(key))
        return self._pieces(key, start, stop)

    def _pieces(self, key: str, start: int, stop: int) -> Iterator[bytes]:
        if start >= stop:
            return
        with _missing_is_not_found(key):
            found = obstore.get(self._objects, valid_key(key), options={"range": (start, stop)})
            for piece in found.stream(min_chunk_size=STREAM_BYTES):
                yield bytes(piece)

    def local_path(self, key: str) -> Path | None:
        """The file that holds the object, if objects are files here; never write to it."""
        return None if self.folder is None else self.folder / valid_key(key)

    def exists(self, key: str) -> bool:
        """Whether the object is there."""
        with suppress(NotFound):
            return self.size(key) >= 0
        return False

    def size(self, key: str) -> int:
        """The object's size in bytes. Raises NotFound."""
        with _missing_is_not_found(key):
            return obstore.head(self._objects, valid_key(key))["size"]

    def delete(self, key: str) -> None:
        """Remove the object, if it is there."""
        with suppress(FileNotFoundError):
            obstore.delete(self._objects, valid_key(key))

    def delete_prefix(self, prefix: str) -> int:
        """Remove all objects below a folder; returns how many."""
        keys = list(self.list(prefix))
        for key in keys:
            self.delete(key)
        if self.folder is not None:
            shutil.rmtree(self.folder / _folder(prefix), ignore_errors=True)
        return len(keys)

    def list(self, prefix: str) -> Iterator[str]:
        """The keys below a folder."""
        for batch in obstore.list(self._objects, f"{_folder(prefix)}/"):
            yield from (str(found["path"]) for found in batch)

    def discard_staged(self, *, older_than_s: float) -> int:
        """Remove what writers killed half-way have left in a directory; returns how many files."""
        if self.folder is None:
            return 0
        horizon, discarded = time.time() - older_than_s, 0
        for folder, _, names in os.walk(self.folder):
            for path in (Path(folder, name) for name in names if STAGED.fullmatch(name)):
                with suppress(FileNotFoundError):  # its writer has finished
                    if path.stat().st_mtime < horizon:
                        path.unlink()
                        discarded += 1
        return discarded

    def free_fraction(self) -> float | None:
        """The free part of the disk that holds the objects, 0 to 1; None where that has no meaning."""
        if self.folder is None:
            return None
        usage = shutil.disk_usage(self.folder)
        return usage.free / usage.total

    def _writer(self, key: str) -> "obstore.WritableFile":
        checked = valid_key(key)
        return obstore.open_writer(
            self._objects, checked, buffer_size=BUFFER_BYTES, max_concurrency=UPLOADS_AT_ONCE
        )

    def _make_durable(self, key: str) -> None:
        path = self.local_path(key)
        if path is not None and self.folder is not None:
            sync_file(path)
            sync_folders(path, self.folder)


def open_store(url: str) -> Store:
    """The store of a URL: `file:path` (made if missing), `s3://bucket/prefix` or `memory:`.

    S3 takes its credentials, region and endpoint from the usual AWS_ variables.
    """
    scheme, colon, rest = url.partition(":")
    match scheme + colon:
        case "file:" if rest:
            folder = Path(rest.removeprefix("//")).resolve()
            folder.mkdir(parents=True, exist_ok=True)
            return Store(LocalStore(folder), folder)
        case "memory:":
            return Store(MemoryStore())
        case "s3:":
            return Store(from_url(url))
    raise ValueError(f"store url {url!r}; give file:path, s3://bucket/prefix or memory:")


def valid_key(key: str) -> str:
    """The key itself, if it is one. Raises InvalidKey."""
    if len(key) > 512 or not KEY.fullmatch(key):
        raise InvalidKey(f"{key!r} is not a key of the store", accepted=KEY.pattern)
    return key


def _folder(prefix: str) -> str:
    return valid_key(prefix.removesuffix("/"))


def _link(path: Path, target: Path) -> bool:
    target.parent.mkdir(parents=True, exist_ok=True)
    half = target.with_name(f".put-{new_id('ds')}")
    try:
        os.link(path, half)
    except OSError:
        return False
    half.replace(target)
    return True


@contextmanager
def _missing_is_not_found(key: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise NotFound(f"object {key} does not exist") from error


@contextmanager
def _full_disk_is_storage_full() -> Iterator[None]:
    try:
        yield
    except (BaseError, OSError) as error:
        if "No space left" in str(error) or "StorageFull" in str(error):
            raise StorageFull("the store has no room left") from error
        raise
