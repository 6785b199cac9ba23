"""models.store: one behavior for a directory and for memory."""

import asyncio
import hashlib
import os
import time
from pathlib import Path

import obstore
import pytest

from models import durable
from models.errors import InvalidKey, NotFound, StorageFull
from models.store import BUFFER_BYTES, Stored, open_store


@pytest.fixture(params=["directory", "memory"])
def store(request, tmp_path):
    return open_store(f"file:{tmp_path}/store" if request.param == "directory" else "memory:")


def stored(value):
    return Stored(len(value), hashlib.sha256(value).hexdigest())


async def aput(store, key, chunks):
    async with store.aput(key) as put:
        for chunk in chunks:
            await put.write(chunk)
    return put.stored


def test_what_was_put_is_read_again(store):
    assert store.put("jobs/j/a1/x.npy", b"value") == stored(b"value")
    assert store.get("jobs/j/a1/x.npy") == b"value"
    assert store.size("jobs/j/a1/x.npy") == 5
    assert store.exists("jobs/j/a1/x.npy")
    assert not store.exists("jobs/j/a1/y.npy")


@pytest.mark.parametrize("size", [0, 1, BUFFER_BYTES + 1])
def test_streams_of_any_length_arrive_whole(store, size):
    value = os.urandom(1024) * (size // 1024) + b"x" * (size % 1024)
    chunks = [value[i : i + 300_000] for i in range(0, size, 300_000)]
    assert store.put_stream("a/b", iter(chunks)) == stored(value)
    assert asyncio.run(aput(store, "a/c", chunks)) == stored(value)
    assert store.get("a/b") == store.get("a/c") == value


def test_a_put_replaces_what_was_there(store):
    store.put("a/b", b"long before")
    store.put("a/b", b"new")
    assert store.get("a/b") == b"new"


def test_a_writer_that_fails_leaves_nothing(store):
    def broken():
        yield b"x" * (BUFFER_BYTES + 10)
        raise KeyError("gone")

    async def abroken():
        async with store.aput("a/b") as put:
            await put.write(b"x" * (BUFFER_BYTES + 10))
            raise KeyError("gone")

    with pytest.raises(KeyError):
        store.put_stream("a/b", broken())
    with pytest.raises(KeyError):
        asyncio.run(abroken())
    assert not store.exists("a/b")
    assert list(store.list("a")) == []


def test_ranges_end_where_the_object_does(store):
    store.put("a/b", b"0123456789")
    assert store.read_range("a/b", 2, 3) == b"234"
    assert store.read_range("a/b", 8, 10) == b"89"
    assert store.read_range("a/b", 10, 1) == store.read_range("a/b", 3, 0) == b""
    assert b"".join(store.stream("a/b", 3)) == b"3456789"
    assert b"".join(store.stream("a/b", 3, 5)) == b"34"
    assert b"".join(store.stream("a/b", 3, 100)) == b"3456789"
    assert list(store.stream("a/b", 5, 5)) == []


def test_a_missing_object_is_not_found(store, tmp_path):
    for read in (
        lambda: store.get("a/b"),
        lambda: store.size("a/b"),
        lambda: store.read_range("a/b", 0, 1),
        lambda: store.stream("a/b"),
    ):
        with pytest.raises(NotFound):
            read()
    store.delete("a/b")


def test_a_file_is_put(store, tmp_path):
    (tmp_path / "in").write_bytes(b"value" * 1000)
    assert store.put_file("a/b", tmp_path / "in") == stored(b"value" * 1000)
    (tmp_path / "in").unlink()
    assert store.get("a/b") == b"value" * 1000


def test_only_regular_files_are_put(store, tmp_path):
    (tmp_path / "link").symlink_to("/etc/hostname")
    for path in (tmp_path / "link", tmp_path, tmp_path / "nothing"):
        with pytest.raises(ValueError, match="not a regular file"):
            store.put_file("a/b", path)


def test_folders_are_listed_and_deleted_as_such(store):
    for key in ("jobs/a/1", "jobs/a/b/2", "jobs/ab/3"):
        store.put(key, b"")
    assert sorted(store.list("jobs/a")) == ["jobs/a/1", "jobs/a/b/2"]
    assert store.delete_prefix("jobs/a/") == 2
    assert store.delete_prefix("jobs/a/") == 0
    assert list(store.list("jobs")) == ["jobs/ab/3"]


@pytest.mark.parametrize(
    "key",
    [
        "",
        "/",
        "/a",
        "a/",
        "a//b",
        "..",
        "a/../b",
        "a/.b",
        ".",
        "a\\b",
        "a\x00b",
        "a b",
        "a\n",
        "ä",
        "-a",
        "a" * 513,
    ],
)
def test_what_is_not_a_key_is_refused_everywhere(store, key):
    for use in (store.get, store.delete, store.size, store.local_path, lambda k: store.put(k, b"")):
        if use == store.local_path and store.folder is None:
            continue
        with pytest.raises(InvalidKey):
            use(key)


@pytest.mark.parametrize("url", ["", "facet-data", "ftp://x/y", "memory", "file:", "gs://bucket"])
def test_other_stores_are_refused_with_what_would_do(url):
    with pytest.raises(ValueError, match="give file:path"):
        open_store(url)


def test_a_bucket_is_opened_without_being_asked_for(monkeypatch):
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    assert open_store("s3://bucket/prefix").folder is None


def test_a_directory_store_syncs_the_file_and_its_folders_before_it_returns(tmp_path, monkeypatch):
    store, synced = open_store(f"file:{tmp_path}/store"), []
    monkeypatch.setattr(durable, "_sync", lambda path, flags: synced.append(path))
    store.put("jobs/j/x", b"value")
    store.put_file("jobs/j/y", store.local_path("jobs/j/x"))
    folders = [store.folder / "jobs/j", store.folder / "jobs", store.folder]
    for name in "xy":
        at = synced.index(store.folder / "jobs/j" / name)
        assert all(folder in synced[at:] for folder in folders)


def test_what_killed_writers_left_is_discarded_when_it_is_old(tmp_path):
    store = open_store(f"file:{tmp_path}/store")
    store.put("a/kept", b"x")
    old, new = store.folder / "a/b#1", store.folder / "a/c#1"
    for path in (old, new):
        path.write_bytes(b"half")
    os.utime(old, (time.time() - 7200, time.time() - 7200))
    assert store.discard_staged(older_than_s=3600) == 1
    assert (old.exists(), new.exists(), list(store.list("a"))) == (False, True, ["a/kept"])
    assert open_store("memory:").discard_staged(older_than_s=0) == 0


def test_a_write_that_ends_while_the_store_is_looked_through_is_no_trouble(tmp_path, monkeypatch):
    store = open_store(f"file:{tmp_path}/store")
    for name in ("a/b#1", "a/c#1"):
        path = store.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"half")
        os.utime(path, (0, 0))
    stat, seen = Path.stat, []

    def finished(path, **options):
        if not seen and path.name == "b#1":
            seen.append(path)
            path.rename(path.with_name("b"))
        return stat(path, **options)

    monkeypatch.setattr(Path, "stat", finished)
    monkeypatch.setattr(Path, "is_file", lambda path: True)
    assert store.discard_staged(older_than_s=3600) == 1
    assert seen
    assert list(store.list("a")) == ["a/b"]


def test_a_full_disk_is_named_as_such(store, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(obstore, "open_writer", full)
    with pytest.raises(StorageFull):
        store.put("a/b", b"x")


def test_the_free_part_of_the_disk_is_known_for_directories(store):
    free = store.free_fraction()
    assert free is None if store.folder is None else 0 < free < 1
