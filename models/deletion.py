"""Deleting: rows at once, bytes later, and a tombstone that keeps the usage."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from sqlalchemy import and_, exists, or_, select, update
from sqlalchemy import delete as delete_rows
from sqlalchemy.orm import Session, aliased

from models import clock, ensembles, events
from models.artifact import Artifact
from models.cluster import Cluster
from models.clustering import Clustering
from models.dataset import Dataset, DatasetState
from models.errors import IllegalTransition, InUse, NotFound, expect_version
from models.ids import made_at
from models.job import TERMINAL, Job
from models.metric_point import MetricPoint
from models.store import Store
from models.trained_model import MODEL_FILES, TrainedModel

SETTLE_S = 120.0
SHOWN = 10
FRESH = {"populate_existing": True}
ABANDONED_AFTER = timedelta(days=1)
UPLOAD = re.compile(r"uploads/(ds_[0-9A-Z]{26})")


@dataclass(frozen=True)
class Purge:
    """Bytes that nothing needs: what lies under `prefixes` except `keep`, and `keys`.

    An entry of `keep` is a key or a folder. `version` is the row's when this was found out.
    """

    kind: Literal["job", "dataset"]
    id: str
    version: int
    prefixes: Sequence[str]
    keep: Collection[str]
    keys: Sequence[str] = ()


def delete(
    session: Session,
    project_id: str,
    job_id: str,
    *,
    with_models: bool = False,
    version: int | None = None,
) -> Job:
    """Drop the results of a job that has ended; its row stays as a tombstone, its files are purged later.

    A model trained by it stays unless `with_models`.

    Raises:
        NotFound, IllegalTransition (it has not ended), VersionConflict, InUse (a live job merges its
        clusterings, or with_models: starts from its model).
    """
    found = select(Job).where(Job.id == job_id, Job.project_id == project_id, Job.deleted_at.is_(None))
    job = session.scalars(found.with_for_update().execution_options(**FRESH)).one_or_none()
    if job is None:
        raise NotFound(f"job {job_id} does not exist")
    expect_version(f"job {job_id}", current=job.version, expected=version)
    if job.state not in TERMINAL:
        accepted = sorted(state.value for state in TERMINAL)
        detail = f"job {job_id} is {job.state}; cancel it before deleting it"
        raise IllegalTransition(detail, met=job.state.value, accepted=accepted)
    if users := ensembles.users_of_job(session, project_id, job_id):
        raise InUse(f"live jobs merge clusterings of job {job_id}: {', '.join(users)}", jobs=users)
    _drop_results(session, job_id, with_models=with_models)
    job.deleted_at = clock.now(session)
    _purge_again(session, job)
    events.append(session, project_id, "job.deleted", job_id=job_id, data={"version": job.version})
    return job


def delete_model(session: Session, project_id: str, model_id: str) -> TrainedModel:
    """Drop a trained model that no live job starts from; the other files of its job stay.

    Raises:
        NotFound, InUse.
    """
    found = select(TrainedModel.job_id).where(
        TrainedModel.id == model_id, TrainedModel.project_id == project_id
    )
    job = session.scalars(
        select(Job).where(Job.id == found.scalar_subquery()).with_for_update().execution_options(**FRESH)
    ).one_or_none()
    model = _drop_model(session, job.id) if job is not None else None
    if job is None or model is None:
        raise NotFound(f"model {model_id} does not exist")
    files = delete_rows(Artifact).where(Artifact.job_id == job.id, Artifact.name.in_(MODEL_FILES))
    session.execute(files)
    _purge_again(session, job)
    data = {"version": job.version, "model": model_id}
    events.append(session, project_id, "model.deleted", job_id=job.id, data=data)
    return model


def _purge_again(session: Session, job: Job) -> None:
    """Some of its files are needed no more."""
    job.updated_at = clock.now(session)
    job.purged_at = None
    job.version += 1
    session.flush()


def _drop_model(session: Session, job_id: str) -> TrainedModel | None:
    """Drop the model a job has trained, if there is one; its row is locked, so that no job starts from it."""
    found = select(TrainedModel).where(TrainedModel.job_id == job_id).with_for_update()
    model = session.scalars(found.execution_options(**FRESH)).one_or_none()
    if model is None:
        return None
    live = select(Job.id).where(Job.trained_model_id == model.id, Job.state.not_in(TERMINAL))
    if users := session.scalars(live.order_by(Job.id).limit(SHOWN)).all():
        detail = f"model {model.id} is what live jobs start from: {', '.join(users)}"
        raise InUse(detail, jobs=list(users))
    session.execute(delete_rows(TrainedModel).where(TrainedModel.id == model.id))
    return model


def _drop_results(session: Session, job_id: str, *, with_models: bool) -> None:
    clusterings = select(Clustering.id).where(Clustering.job_id == job_id)
    session.execute(delete_rows(Cluster).where(Cluster.clustering_id.in_(clusterings)))
    session.execute(delete_rows(Clustering).where(Clustering.job_id == job_id))
    session.execute(delete_rows(MetricPoint).where(MetricPoint.job_id == job_id))
    files = delete_rows(Artifact).where(Artifact.job_id == job_id)
    if with_models:
        _drop_model(session, job_id)
    elif session.scalar(select(TrainedModel.id).where(TrainedModel.job_id == job_id)) is not None:
        files = files.where(Artifact.name.not_in(MODEL_FILES))
    session.execute(files)


def purge(session: Session, *, limit: int = 100, settle_s: float = SETTLE_S) -> list[Purge]:
    """What can be removed from the store now: attempts that lost, checkpoints, deleted things, uploads.

    Jobs and datasets are left alone for `settle_s` seconds after their last change, so that a
    worker that has lost its lease can no longer be writing. Remove the bytes, then call `purged`.
    """
    settled = clock.now(session) - timedelta(seconds=settle_s)
    jobs = select(Job).where(Job.state.in_(TERMINAL), Job.purged_at.is_(None), Job.updated_at <= settled)
    purges = [_job_purge(session, job) for job in session.scalars(jobs.order_by(Job.id).limit(limit))]
    other = aliased(Dataset)
    shared = exists().where(
        and_(other.prefix == Dataset.prefix, other.id != Dataset.id, other.state == DatasetState.READY)
    )
    waiting = select(Dataset).where(
        Dataset.state != DatasetState.VALIDATING,
        Dataset.purged_at.is_(None),
        Dataset.updated_at <= settled,
        or_(Dataset.state != DatasetState.DELETED, ~shared),
    )
    rows = session.scalars(waiting.order_by(Dataset.id).limit(limit))
    return purges + [_dataset_purge(dataset) for dataset in rows]


def _job_purge(session: Session, job: Job) -> Purge:
    keep = session.scalars(select(Artifact.key).where(Artifact.job_id == job.id)).all()
    return Purge("job", job.id, job.version, [f"jobs/{job.id}/"], frozenset(keep))


def _dataset_purge(dataset: Dataset) -> Purge:
    ready = dataset.state is DatasetState.READY
    keep = frozenset({dataset.prefix} if ready and dataset.prefix else ())
    return Purge(
        "dataset", dataset.id, dataset.version, [f"datasets/{dataset.id}/"], keep, [dataset.upload_key]
    )


def remove(store: Store, purge: Purge) -> int:
    """Delete the bytes of a purge; returns how many objects went."""
    folders = tuple(f"{name.rstrip('/')}/" for name in purge.keep)
    found = {key for prefix in purge.prefixes for key in store.list(prefix)}
    gone = [key for key in found | set(purge.keys) if key not in purge.keep and not key.startswith(folders)]
    for key in gone:
        store.delete(key)
    return len(gone)


def purged(session: Session, purge: Purge) -> None:
    """Note that the bytes of a purge are gone, unless the row has changed since it was found out."""
    table = Job if purge.kind == "job" else Dataset
    session.execute(
        update(table)
        .where(table.id == purge.id, table.version == purge.version)
        .values(purged_at=clock.now(session))
        .execution_options(synchronize_session=False)
    )


def abandoned_uploads(session: Session, keys: Iterable[str]) -> list[str]:
    """Those of the uploads `uploads/<dataset id>` that became no dataset within a day: to be deleted."""
    made = {key: UPLOAD.fullmatch(key) for key in keys}
    horizon = clock.now(session) - ABANDONED_AFTER
    old = {key: found[1] for key, found in made.items() if found and made_at(found[1]) < horizon}
    return [key for key, dataset_id in old.items() if session.get(Dataset, dataset_id) is None]
