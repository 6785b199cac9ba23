import hashlib
import shutil
import time

import numpy as np
import pytest

from models import catalog, projects
from models.dataset import Dataset, DatasetState
from models.errors import StorageFull
from models.ids import new_id
from models.session import Database
from models.store import open_store
from tests.worker.readers import files
from worker import ingest
from worker.ingest import ingest_one
from worker.readers.convert import convert
from worker.readers.errors import Refused
from worker.readers.order import Order, parse_options
from worker.reading import Described, Died, Problem
from worker.settings import WorkerSettings

X = np.arange(12, dtype=np.float32).reshape(6, 2)
BROKEN = Problem(code="unsafe_file", detail="It crashed.")


@pytest.fixture
def settings(tmp_path):
    return WorkerSettings(scratch=tmp_path / "scratch", pool="ingest", heartbeat_s=0.001)


@pytest.fixture(params=["directory", "remote"])
def any_store(request, store):
    return store if request.param == "directory" else open_store("memory:")


def upload(database, store, data, upload_format="npy", **options):
    """Register an upload as the API does; returns the id of the dataset."""
    identity = new_id("ds")
    stored = store.put(f"uploads/{identity}", data)
    with database.write() as session:
        project_id = projects.by_name(session, "default").id
        sent = catalog.Upload(
            id=identity,
            name="digits",
            format=upload_format,
            upload_key=f"uploads/{identity}",
            upload_sha256=stored.sha256,
            size_bytes=stored.size_bytes,
            options=options,
        )
        catalog.register(session, project_id, sent)
        session.commit()
    return identity


def row(database, identity):
    with database.read() as session:
        return session.get(Dataset, identity)


def read_here(reading, beat):
    """The reader without a process of its own."""
    order = Order(
        reading.upload, reading.format, reading.folder, parse_options(reading.options, reading.format)
    )
    shutil.rmtree(reading.folder, ignore_errors=True)
    try:
        return Described(**convert(order))
    except Refused as refused:
        return Problem(**refused.problem())


@pytest.fixture
def inside(monkeypatch):
    """Readers run in this process."""
    monkeypatch.setattr(ingest, "read_upload", read_here)


def reads(monkeypatch, *verdicts):
    """Let readings come out as given, one after another; returns the list of those asked for."""
    left, asked = list(verdicts), []

    def fake(reading, beat):
        asked.append(reading)
        verdict = left.pop(0)
        return verdict(reading, beat) if callable(verdict) else verdict

    monkeypatch.setattr(ingest, "read_upload", fake)
    return asked


def bytes_below(store, prefix):
    return list(store.list(prefix))


def test_a_good_upload_becomes_a_ready_dataset(sqlite_database, any_store, settings):
    identity = upload(sqlite_database, any_store, files.npz(x=X, y=np.arange(6) % 2, ids=np.arange(6)), "npz")
    assert ingest_one(sqlite_database, any_store, settings)
    dataset = row(sqlite_database, identity)
    assert (dataset.state, dataset.kind, dataset.n, dataset.shape) == (DatasetState.READY, "vectors", 6, [2])
    assert (dataset.dtype, dataset.label_columns, dataset.has_ids) == ("float32", ["y"], True)
    assert dataset.report["labels"] == {"y": {"values": ["0", "1"], "counts": [3, 3]}}
    names = {key.removeprefix(f"{dataset.prefix}/") for key in bytes_below(any_store, f"datasets/{identity}")}
    assert names == {"x.npy", "labels.parquet", "ids.parquet", "meta.json"}
    assert any_store.get(f"{dataset.prefix}/x.npy")[128:] == X.tobytes()
    assert dataset.size_bytes == sum(any_store.size(f"{dataset.prefix}/{name}") for name in names)


def test_a_bad_upload_is_rejected_with_what_was_met(sqlite_database, any_store, settings):
    identity = upload(sqlite_database, any_store, files.npy(X[:1]))
    assert ingest_one(sqlite_database, any_store, settings)
    dataset = row(sqlite_database, identity)
    assert dataset.state is DatasetState.REJECTED
    assert dataset.error["code"] == "invalid_data"
    assert (dataset.error["met"], dataset.error["accepted"]) == (1, "at least 2 samples")
    assert bytes_below(any_store, f"datasets/{identity}") == []


def test_options_are_handed_to_the_reader(sqlite_database, store, settings, inside):
    identity = upload(sqlite_database, store, b"a,b\n1,u\n2,v\n", "csv", label_columns=["b"])
    ingest_one(sqlite_database, store, settings)
    assert row(sqlite_database, identity).label_columns == ["b"]


@pytest.mark.parametrize("data", [files.npy(X), b"nonsense"])
def test_nothing_but_the_canonical_files_is_kept(sqlite_database, store, settings, inside, data):
    identity = upload(sqlite_database, store, data)
    ingest_one(sqlite_database, store, settings)
    assert not store.exists(f"uploads/{identity}")
    assert list((settings.scratch / "ingest").iterdir()) == []


def test_without_a_waiting_dataset_there_is_nothing_to_do(sqlite_database, store, settings, inside):
    assert not ingest_one(sqlite_database, store, settings)


def test_an_unreachable_database_is_nothing_to_do_either(tmp_path, store, settings):
    away = Database("postgresql://nobody@127.0.0.1:1/none")
    assert not ingest_one(away, store, settings)


def test_the_same_content_shares_its_files(sqlite_database, store, settings, inside):
    first = upload(sqlite_database, store, files.npy(X))
    second = upload(sqlite_database, store, files.npz(x=X), "npz")
    assert ingest_one(sqlite_database, store, settings)
    assert ingest_one(sqlite_database, store, settings)
    one, other = row(sqlite_database, first), row(sqlite_database, second)
    assert (other.duplicate_of, other.prefix) == (first, one.prefix)
    assert bytes_below(store, f"datasets/{second}") == []
    assert store.exists(f"{one.prefix}/x.npy")


def test_a_reader_that_crashes_once_is_tried_again(sqlite_database, store, settings, monkeypatch):
    asked = reads(monkeypatch, Died(BROKEN, for_good=False), read_here)
    identity = upload(sqlite_database, store, files.npy(X))
    ingest_one(sqlite_database, store, settings)
    assert row(sqlite_database, identity).state is DatasetState.READY
    assert len(asked) == 2


@pytest.mark.parametrize(("for_good", "readings"), [(False, 2), (True, 1)])
def test_an_upload_that_crashes_its_readers_is_rejected(
    sqlite_database, store, settings, monkeypatch, for_good, readings
):
    asked = reads(monkeypatch, *[Died(BROKEN, for_good=for_good)] * 2)
    identity = upload(sqlite_database, store, files.npy(X))
    assert ingest_one(sqlite_database, store, settings)
    assert row(sqlite_database, identity).error["code"] == "unsafe_file"
    assert len(asked) == readings


def test_a_lost_claim_leaves_the_dataset_to_the_next(sqlite_database, store, settings, monkeypatch):
    identity = upload(sqlite_database, store, files.npy(X))

    def robbed(reading, beat):
        said = read_here(reading, beat)
        with sqlite_database.write() as session:
            session.get(Dataset, identity).lease_token = None
            session.commit()
        return said

    reads(monkeypatch, robbed, read_here)
    assert ingest_one(sqlite_database, store, settings)
    dataset = row(sqlite_database, identity)
    assert (dataset.state, dataset.prefix) == (DatasetState.VALIDATING, None)
    assert bytes_below(store, f"datasets/{identity}") == []
    assert store.exists(f"uploads/{identity}")
    assert ingest_one(sqlite_database, store, settings)
    assert row(sqlite_database, identity).state is DatasetState.READY


def test_a_long_reading_keeps_its_claim(sqlite_database, store, settings, monkeypatch):
    identity = upload(sqlite_database, store, files.npy(X))
    leases = []

    def slow(reading, beat):
        for _ in range(3):
            time.sleep(0.01)
            beat()
            leases.append(row(sqlite_database, identity).lease_until)
        return BROKEN

    reads(monkeypatch, slow)
    ingest_one(sqlite_database, store, settings)
    assert leases[0] < leases[1] < leases[2]


def test_a_full_disk_lets_the_dataset_wait(sqlite_database, store, settings, monkeypatch):
    reads(monkeypatch, Problem(code="storage_full", detail="Full."), read_here)
    identity = upload(sqlite_database, store, files.npy(X))
    assert not ingest_one(sqlite_database, store, settings)
    dataset = row(sqlite_database, identity)
    assert (dataset.state, dataset.attempts, dataset.lease_token) == (DatasetState.VALIDATING, 0, None)
    assert ingest_one(sqlite_database, store, settings)
    assert row(sqlite_database, identity).state is DatasetState.READY


def test_a_full_store_lets_the_dataset_wait_and_keeps_nothing(sqlite_database, store, settings, monkeypatch):
    put_file, puts = store.put_file, []

    def full(key, path):
        puts.append(key)
        if len(puts) == 2:
            raise StorageFull("no room")
        return put_file(key, path)

    monkeypatch.setattr(store, "put_file", full)
    identity = upload(sqlite_database, store, files.npy(X))
    assert not ingest_one(sqlite_database, store, settings)
    assert row(sqlite_database, identity).state is DatasetState.VALIDATING
    assert bytes_below(store, f"datasets/{identity}") == []


def test_bytes_that_arrive_changed_are_not_read(sqlite_database, settings, monkeypatch):
    store = open_store("memory:")
    asked = reads(monkeypatch, read_here)
    identity = upload(sqlite_database, store, files.npy(X))
    store.put(f"uploads/{identity}", files.npy(X + 1))
    assert not ingest_one(sqlite_database, store, settings)
    assert asked == []


def test_an_upload_that_is_gone_is_rejected(sqlite_database, any_store, settings):
    identity = upload(sqlite_database, any_store, files.npy(X))
    any_store.delete(f"uploads/{identity}")
    assert ingest_one(sqlite_database, any_store, settings)
    assert row(sqlite_database, identity).error["code"] == "internal"


def test_what_is_accepted_is_what_the_reader_described(sqlite_database, store, settings, inside):
    identity = upload(sqlite_database, store, files.npy(X))
    ingest_one(sqlite_database, store, settings)
    dataset = row(sqlite_database, identity)
    assert set(Described.model_fields) <= set(vars(dataset))
    assert len(dataset.content_sha256) == hashlib.sha256().digest_size * 2


def test_a_worker_that_must_end_leaves_the_upload_to_another_try(
    sqlite_database, settings, store, monkeypatch
):
    reads(monkeypatch, lambda reading, beat: beat())
    identity = upload(sqlite_database, store, files.npy(X))
    assert not ingest_one(sqlite_database, store, settings, recalled=lambda: True)
    waiting = row(sqlite_database, identity)
    assert (waiting.state, waiting.attempts, waiting.lease_token) == (DatasetState.VALIDATING, 0, None)
