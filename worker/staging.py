"""Bringing what a job needs onto this machine: dataset, checkpoint, model to start from."""

import hashlib
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.artifact import Artifact
from models.base import JsonObject
from models.dataset import Dataset
from models.errors import NotFound
from models.job import Job
from models.store import Store
from models.trained_model import MODEL_FILES, TrainedModel

DRAFT = "draft-"
ABANDONED_S = 86_400.0
Beat = Callable[[], None]
log = structlog.get_logger(__name__)


def fetch(store: Store, key: str, to: Path, beat: Beat) -> str:
    """Copy an object to a file, beating between blocks.

    Returns:
        The sha256 of what arrived, in hex.
    """
    digest = hashlib.sha256()
    with to.open("wb") as file:
        for block in store.stream(key):
            file.write(block)
            digest.update(block)
            beat()
    return digest.hexdigest()


def dataset_prefix(session: Session, job: Job) -> str:
    """Where the canonical files of the job's dataset lie."""
    prefix = session.scalars(select(Dataset.prefix).where(Dataset.id == job.dataset_id)).one()
    if prefix is None:
        raise FileNotFoundError(f"dataset {job.dataset_id} has no canonical files")
    return prefix.rstrip("/")


def model_keys(session: Session, job: Job) -> dict[str, str]:
    """The files of the model that the job starts from, by name; empty if it starts from none."""
    if job.trained_model_id is None:
        return {}
    query = (
        select(Artifact.name, Artifact.key)
        .join(TrainedModel, TrainedModel.job_id == Artifact.job_id)
        .where(TrainedModel.id == job.trained_model_id, Artifact.name.in_(MODEL_FILES))
    )
    return dict(session.execute(query).tuples().all())


def stage_dataset(store: Store, prefix: str, cache: Path, beat: Beat) -> Path:
    """A folder with the canonical files: the store's own if it is a directory, else a copy to keep."""
    if (local := store.local_path(f"{prefix}/x.npy")) is not None:
        if not local.exists():
            raise FileNotFoundError(local)
        return local.parent
    folder = cache / hashlib.sha256(prefix.encode()).hexdigest()[:32]
    if folder.exists():
        folder.touch()
        return folder
    cache.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=cache, prefix=DRAFT, ignore_cleanup_errors=True) as draft:
        whole = Path(draft) / "whole"
        whole.mkdir()
        for key in store.list(f"{prefix}/"):
            fetch(store, key, whole / key.rpartition("/")[2], beat)
        with suppress(OSError):  # another worker of this machine was faster
            whole.rename(folder)
    if not folder.exists():
        raise FileNotFoundError(folder)
    return folder


def trim_cache(cache: Path, *, cap_bytes: int, keep: Path) -> None:
    """Delete the datasets used longest ago until the rest fits."""
    ages = {folder: folder.stat().st_mtime for folder in cache.glob("*")}
    folders = sorted((folder for folder in ages if _settled(folder, ages[folder])), key=ages.__getitem__)
    sizes = {folder: sum(file.stat().st_size for file in folder.rglob("*")) for folder in folders}
    excess = sum(sizes.values()) - cap_bytes
    for folder in folders:
        if excess > 0 and folder != keep:
            shutil.rmtree(folder, ignore_errors=True)
            excess -= sizes[folder]


def _settled(folder: Path, changed_at: float) -> bool:
    """Whether no worker of this machine is still fetching it."""
    return not folder.name.startswith(DRAFT) or time.time() - changed_at > ABANDONED_S


def stage_checkpoint(store: Store, checkpoint: JsonObject | None, folder: Path, beat: Beat) -> bool:
    """Put the newest checkpoint whose digest holds into a folder; a spoiled one falls back to the one before.

    Returns:
        Whether there is something to resume from.
    """
    folder.mkdir(parents=True, exist_ok=True)
    while checkpoint:
        path = folder / checkpoint["key"].rpartition("/")[2]
        try:
            if fetch(store, checkpoint["key"], path, beat) == checkpoint["sha256"]:
                return True
            log.warning("checkpoint.spoiled", key=checkpoint["key"])
        except NotFound:
            log.warning("checkpoint.missing", key=checkpoint["key"])
        path.unlink(missing_ok=True)
        checkpoint = checkpoint.get("previous")
    return False


def stage_model(store: Store, keys: dict[str, str], folder: Path, beat: Beat) -> Path | None:
    """Put the files of a trained model into a folder; None if there are none."""
    if not keys:
        return None
    folder.mkdir(parents=True, exist_ok=True)
    for name, key in keys.items():
        fetch(store, key, folder / name, beat)
    return folder
