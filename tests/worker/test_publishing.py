import hashlib
import threading
from pathlib import Path

import pytest

from models.leases import Lease
from models.store import open_store
from worker import publishing
from worker.messages import Checkpoint, File
from worker.publishing import BLOCK_BYTES, upload, upload_checkpoint

LEASE = Lease("job_1", 2, "token")


def message(path: Path, digest: str) -> Checkpoint:
    return Checkpoint(path=path, sha256=digest, size_bytes=3, stage="s", epoch=1, step=1)


@pytest.mark.parametrize("url", ["memory:", "file:{}/store"])
def test_files_go_under_the_attempt(tmp_path: Path, url: str) -> None:
    store = open_store(url.format(tmp_path))
    path = tmp_path / "labels-0.parquet"
    path.write_bytes(b"abc")
    row = upload(store, LEASE, File(name=path.name, path=path, media_type="m"), lambda: None)
    assert row.key == "jobs/job_1/a2/labels-0.parquet"
    assert (row.size_bytes, row.sha256) == (3, hashlib.sha256(b"abc").hexdigest())
    assert store.get(row.key) == b"abc"


def test_the_heart_beats_between_the_blocks_of_a_slow_upload(tmp_path: Path) -> None:
    path = tmp_path / "big"
    path.write_bytes(bytes(3 * BLOCK_BYTES))
    beats: list[int] = []
    upload(open_store("memory:"), LEASE, File(name="big", path=path, media_type="m"), lambda: beats.append(1))
    assert len(beats) == 3


def test_the_heart_beats_while_a_directory_syncs_and_hashes(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(publishing, "BEAT_EVERY_S", 0.01)
    path = tmp_path / "big"
    path.write_bytes(b"abc")
    store, beaten = open_store(f"file:{tmp_path}/store"), threading.Event()
    put_file = store.put_file

    def slow(key: str, source: Path):
        assert beaten.wait(10)
        return put_file(key, source)

    monkeypatch.setattr(store, "put_file", slow)
    upload(store, LEASE, File(name="big", path=path, media_type="m"), beaten.set)
    assert store.get("jobs/job_1/a2/big") == b"abc"


def test_a_checkpoint_that_is_gone_or_changed_is_not_stored(tmp_path: Path) -> None:
    store = open_store(f"file:{tmp_path}/store")
    path = tmp_path / "1-x.safetensors"
    assert upload_checkpoint(store, "job_1", message(path, "0"), lambda: None) is None
    path.write_bytes(b"abc")
    assert upload_checkpoint(store, "job_1", message(path, "0"), lambda: None) is None
    assert list(store.list("jobs/job_1")) == []
    kept = upload_checkpoint(store, "job_1", message(path, hashlib.sha256(b"abc").hexdigest()), lambda: None)
    assert kept is not None
    assert kept["key"] == "jobs/job_1/checkpoints/1-x.safetensors"
