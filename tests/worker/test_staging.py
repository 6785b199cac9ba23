import hashlib
from pathlib import Path

import pytest

from models.store import Store, open_store
from worker.staging import stage_checkpoint, stage_dataset, stage_model, trim_cache


def silent() -> None:
    pass


@pytest.fixture
def remote() -> Store:
    return open_store("memory:")


def put_checkpoint(store: Store, step: int, body: bytes) -> dict[str, object]:
    digest = hashlib.sha256(body).hexdigest()
    key = f"jobs/job_1/checkpoints/{step:010d}-{digest}.safetensors"
    store.put(key, body)
    return {"key": key, "sha256": digest, "step": step}


def test_a_dataset_in_a_directory_is_used_where_it_lies(tmp_path: Path) -> None:
    store = open_store(f"file:{tmp_path}/store")
    store.put("datasets/ds_1/canonical/x.npy", b"x")
    folder = stage_dataset(store, "datasets/ds_1/canonical", tmp_path / "cache", silent)
    assert folder == tmp_path / "store/datasets/ds_1/canonical"


def test_a_dataset_that_is_not_there_is_missed_at_once(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        stage_dataset(open_store(f"file:{tmp_path}"), "datasets/ds_1/canonical", tmp_path, silent)


def test_a_remote_dataset_is_fetched_once(tmp_path: Path, remote: Store) -> None:
    remote.put("datasets/ds_1/canonical/x.npy", b"x")
    first = stage_dataset(remote, "datasets/ds_1/canonical", tmp_path, silent)
    remote.delete("datasets/ds_1/canonical/x.npy")
    assert stage_dataset(remote, "datasets/ds_1/canonical", tmp_path, silent) == first
    assert (first / "x.npy").read_bytes() == b"x"


def test_the_datasets_used_longest_ago_make_room(tmp_path: Path, remote: Store) -> None:
    folders = []
    for number in (1, 2, 3):
        remote.put(f"datasets/ds_{number}/x.npy", b"x" * 10)
        folders.append(stage_dataset(remote, f"datasets/ds_{number}", tmp_path, silent))
    trim_cache(tmp_path, cap_bytes=15, keep=folders[0])
    assert [folder.exists() for folder in folders] == [True, False, False]


def test_the_newest_checkpoint_is_resumed_from(tmp_path: Path, remote: Store) -> None:
    old = put_checkpoint(remote, 1, b"old")
    new = put_checkpoint(remote, 2, b"new") | {"previous": old}
    assert stage_checkpoint(remote, new, tmp_path / "c", silent)
    assert [path.read_bytes() for path in (tmp_path / "c").iterdir()] == [b"new"]


@pytest.mark.parametrize("harm", ["spoiled", "missing"])
def test_a_bad_checkpoint_falls_back_to_the_one_before(tmp_path: Path, remote: Store, harm: str) -> None:
    old = put_checkpoint(remote, 1, b"old")
    new = put_checkpoint(remote, 2, b"new") | {"previous": old}
    if harm == "spoiled":
        remote.put(str(new["key"]), b"ne")
    else:
        remote.delete(str(new["key"]))
    assert stage_checkpoint(remote, new, tmp_path / "c", silent)
    assert [path.read_bytes() for path in (tmp_path / "c").iterdir()] == [b"old"]


def test_without_a_good_checkpoint_a_job_begins_anew(tmp_path: Path, remote: Store) -> None:
    assert not stage_checkpoint(remote, None, tmp_path / "c", silent)
    assert not stage_checkpoint(remote, {"key": "a/b", "sha256": "0"}, tmp_path / "c", silent)


def test_a_model_to_start_from_lies_in_its_folder(tmp_path: Path, remote: Store) -> None:
    remote.put("jobs/j/a1/model.json", b"{}")
    folder = stage_model(remote, {"model.json": "jobs/j/a1/model.json"}, tmp_path / "m", silent)
    assert folder is not None
    assert (folder / "model.json").read_bytes() == b"{}"
    assert stage_model(remote, {}, tmp_path / "n", silent) is None


def test_two_workers_may_fetch_one_dataset_at_a_time(tmp_path: Path, remote: Store) -> None:
    remote.put("datasets/ds_1/a.npy", b"x" * 10)
    remote.put("datasets/ds_1/b.npy", b"y" * 10)
    inner: list[Path] = []

    def meanwhile() -> None:
        if not inner:
            inner.append(tmp_path)
            inner.append(stage_dataset(remote, "datasets/ds_1", tmp_path, silent))
            trim_cache(tmp_path, cap_bytes=0, keep=inner[1])

    folder = stage_dataset(remote, "datasets/ds_1", tmp_path, meanwhile)
    assert folder == inner[1]
    assert [(path.name, path.stat().st_size) for path in sorted(folder.iterdir())] == [
        ("a.npy", 10),
        ("b.npy", 10),
    ]
    assert list(tmp_path.iterdir()) == [folder]
