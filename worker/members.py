"""Bringing the clusterings that a consensus job merges onto this machine, by the supervisor."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.artifact import Artifact
from models.base import JsonObject
from models.dataset import Dataset
from models.ensembles import CONSENSUS
from models.job import Job
from models.store import Store
from worker.messages import LabelFile
from worker.staging import Beat, fetch, stage_dataset


@dataclass(frozen=True)
class Source:
    """Where labels lie in the store: a file of a job, or a folder of canonical files."""

    name: str
    key: str | None = None
    prefix: str | None = None
    columns: tuple[str, ...] | None = None
    """Of the label columns; None means the values themselves."""


def sources(session: Session, job: Job) -> list[Source]:
    """The clusterings that a job merges, members before tables; none of a job of another kind.

    Raises:
        FileNotFoundError: one is not there any more.
    """
    if job.kind != CONSENSUS:
        return []
    members = [_member(session, member) for member in job.spec.get("members", ())]
    return members + [_table(session, job, table) for table in job.spec.get("tables", ())]


def stage_members(
    store: Store, found: list[Source], folder: Path, *, cache: Path, beat: Beat
) -> list[LabelFile]:
    """Put the labels into a folder, those of data sets into the cache; says where each is."""
    folder.mkdir(parents=True, exist_ok=True)
    return [file for source in found for file in _staged(store, source, folder, cache=cache, beat=beat)]


def _member(session: Session, member: JsonObject) -> Source:
    job_id, index = member["job"], member["clustering"]
    wanted = select(Artifact.key).where(Artifact.job_id == job_id, Artifact.name == f"labels-{index}.parquet")
    if (key := session.scalars(wanted).one_or_none()) is None:
        raise FileNotFoundError(f"job {job_id} has no clustering {index}")
    return Source(f"{job_id}/{index}", key=key)


def _table(session: Session, job: Job, table: JsonObject) -> Source:
    dataset_id = table["dataset"] or job.dataset_id
    columns = None if table["columns"] is None else tuple(table["columns"])
    prefix = session.scalars(select(Dataset.prefix).where(Dataset.id == dataset_id)).one_or_none()
    if prefix is None:
        raise FileNotFoundError(f"dataset {dataset_id} has no canonical files")
    return Source(dataset_id, prefix=prefix.rstrip("/"), columns=columns)


def _staged(store: Store, source: Source, folder: Path, *, cache: Path, beat: Beat) -> Iterator[LabelFile]:
    if source.key is not None:
        path = folder / f"{source.name.replace('/', '-')}.parquet"
        fetch(store, source.key, path, beat)
        yield LabelFile(name=source.name, path=path, column="cluster")
    elif source.prefix is not None:
        canonical = stage_dataset(store, source.prefix, cache, beat).absolute()
        if source.columns is None:
            yield LabelFile(name=source.name, path=canonical / "x.npy")
        for column in source.columns or ():
            yield LabelFile(name=f"{source.name}/{column}", path=canonical / "labels.parquet", column=column)
