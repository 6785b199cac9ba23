"""The life of a job: what its owner may ask (here) and what its worker may do (models.holding)."""

from typing import TypedDict, Unpack

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models import clock, ensembles, events
from models.base import JsonObject
from models.dataset import Dataset, DatasetState
from models.deletion import delete
from models.errors import (
    AlreadyFinished,
    DatasetNotReady,
    IllegalTransition,
    InvalidSubmission,
    NotFound,
    expect_version,
)
from models.holding import (
    checkpointed,
    end_canceled,
    end_paused,
    fail,
    heartbeat,
    release,
    report,
    succeed,
)
from models.ids import new_id
from models.job import TERMINAL, Job, JobState
from models.leases import AttemptOutcome, Lease, Orders, Point
from models.publication import Publication
from models.submission import Submission, spec_sha256
from models.trained_model import TrainedModel
from models.transitions import SOURCES, TRANSITIONS, Move, apply, move, record, refusal

__all__ = [
    "SOURCES",
    "TERMINAL",
    "TRANSITIONS",
    "AttemptOutcome",
    "Changes",
    "Lease",
    "Orders",
    "Point",
    "Publication",
    "Submission",
    "again",
    "cancel",
    "checkpointed",
    "delete",
    "edit",
    "end_canceled",
    "end_paused",
    "fail",
    "heartbeat",
    "pause",
    "release",
    "report",
    "resume",
    "submit",
    "succeed",
]


class Changes(TypedDict, total=False):
    """What an owner may change of a job."""

    name: str | None
    labels: JsonObject | None
    priority: int | None


def submit(session: Session, project_id: str, submission: Submission) -> Job:
    """Queue a job on a dataset that is ready or still being validated.

    Raises:
        NotFound: no such dataset, trained model or job to merge in the project.
        DatasetNotReady: the dataset was rejected.
        InvalidSubmission: `too_few_samples`, when the dataset has fewer samples than clusters are asked.
    """
    dataset = _usable_dataset(session, project_id, submission)
    if submission.trained_model_id is not None:
        model = session.get(TrainedModel, submission.trained_model_id, with_for_update={"read": True})
        if model is None or model.project_id != project_id:
            raise NotFound(f"trained model {submission.trained_model_id} does not exist")
    if submission.kind == ensembles.CONSENSUS:
        ensembles.hold(session, project_id, submission.spec)
    now = clock.now(session)
    columns = vars(submission) | {"name": submission.name or f"{submission.method} on {dataset.name}"}
    job = Job(
        **columns,
        id=new_id("job", at=now),
        project_id=project_id,
        state=JobState.QUEUED,
        version=1,
        attempt=0,
        spec_sha256=spec_sha256(submission.spec, submission.seed),
        created_at=now,
        queued_at=now,
        updated_at=now,
    )
    session.add(job)
    session.flush()
    record(session, job, None)
    return job


def edit(
    session: Session,
    project_id: str,
    job_id: str,
    *,
    version: int | None = None,
    **changes: Unpack[Changes],
) -> Job:
    """Rename, relabel or reprioritize a job; what is None stays.

    Raises:
        NotFound, VersionConflict, AlreadyFinished (it waits in no queue any more).
    """
    job = _locked(session, project_id, job_id)
    expect_version(f"job {job_id}", current=job.version, expected=version)
    if job.state in TERMINAL and changes.get("priority") is not None:
        raise AlreadyFinished(
            f"job {job_id} is {job.state}; its priority matters no more", met=job.state.value
        )
    given = {column: value for column, value in changes.items() if value is not None}
    for column, value in given.items():
        setattr(job, column, value)
    job.version += 1
    job.updated_at = clock.now(session)
    session.flush()
    data = {"version": job.version, "changed": sorted(given)}
    events.append(session, project_id, "job.edited", job_id=job_id, data=data)
    return job


def cancel(session: Session, project_id: str, job_id: str) -> Job:
    """Ask for the end of a job: at once if no worker holds it, else as soon as the worker hears.

    Raises:
        NotFound, AlreadyFinished (ended in another way than by a cancel).
    """
    job = _locked(session, project_id, job_id)
    if job.state in (JobState.CANCELING, JobState.CANCELED):
        return job
    if job.state in TERMINAL:
        accepted = [JobState.PAUSED.value, JobState.QUEUED.value, JobState.RUNNING.value]
        detail = f"job {job_id} is {job.state}; only one that has not ended can be canceled"
        raise AlreadyFinished(detail, met=job.state.value, accepted=accepted)
    to = JobState.CANCELING if job.state is JobState.RUNNING else JobState.CANCELED
    return move(session, job_id, Move(to, {JobState.QUEUED, JobState.PAUSED, JobState.RUNNING}))


def pause(session: Session, project_id: str, job_id: str) -> Job:
    """Take a job out of the queue, or have its worker checkpoint and let go.

    Raises:
        NotFound, AlreadyFinished, IllegalTransition (it is being canceled).
    """
    return _set_paused(session, _locked(session, project_id, job_id), True)


def resume(session: Session, project_id: str, job_id: str) -> Job:
    """Put a paused job back at its old place in the queue, or take a pause request back.

    Raises:
        NotFound, AlreadyFinished, IllegalTransition (it is being canceled).
    """
    return _set_paused(session, _locked(session, project_id, job_id), False)


def again(session: Session, project_id: str, job_id: str) -> Submission:
    """What a job that has ended asked for, to be asked once more; its start deadline is dropped.

    Whoever submits it sees to what may have changed since: the version, and who there is to run it.

    Raises:
        NotFound, IllegalTransition (not ended yet).
    """
    job = _locked(session, project_id, job_id)
    if job.state not in TERMINAL:
        met = job.state.value
        raise IllegalTransition(f"job {job_id} is {met}; only one that has ended is retried", met=met)
    columns = {name: getattr(job, name) for name in Submission.__dataclass_fields__}
    return Submission(**columns | {"retried_from": job.id, "start_deadline": None})


def _usable_dataset(session: Session, project_id: str, submission: Submission) -> Dataset:
    found = select(Dataset).where(Dataset.id == submission.dataset_id, Dataset.project_id == project_id)
    kept = found.where(Dataset.state != DatasetState.DELETED).with_for_update(read=True)
    dataset = session.scalars(kept.execution_options(populate_existing=True)).one_or_none()
    if dataset is None:
        raise NotFound(f"dataset {submission.dataset_id} does not exist")
    if dataset.state is DatasetState.REJECTED:
        detail = f"dataset {dataset.id} was rejected; see its error"
        raise DatasetNotReady(detail, met=dataset.state.value, accepted=["ready", "validating"])
    refuse_too_few_samples(dataset, submission.spec)
    return dataset


def refuse_too_few_samples(dataset: Dataset, spec: JsonObject) -> None:
    """Raise InvalidSubmission if more clusters are asked than there are samples."""
    k, n = spec.get("n_clusters"), dataset.n
    if isinstance(k, int) and n is not None and n < k:
        detail = f"{k} clusters of {n} samples; ask for at most as many clusters as samples"
        raise InvalidSubmission(detail, code="too_few_samples", met=k, accepted={"max": n})


def _locked(session: Session, project_id: str, job_id: str) -> Job:
    found = select(Job).where(Job.id == job_id, Job.project_id == project_id, Job.deleted_at.is_(None))
    fresh = found.with_for_update().execution_options(populate_existing=True)
    job = session.scalars(fresh).one_or_none()
    if job is None:
        raise NotFound(f"job {job_id} does not exist")
    return job


def _set_paused(session: Session, job: Job, wanted: bool) -> Job:
    goal, source = (JobState.PAUSED, JobState.QUEUED) if wanted else (JobState.QUEUED, JobState.PAUSED)
    if job.state is goal:
        return job
    if job.state is JobState.RUNNING:
        return _request_pause(session, job, wanted)
    return move(session, job.id, Move(goal, {source}))


def _request_pause(session: Session, job: Job, wanted: bool) -> Job:
    if job.pause_requested is wanted:
        return job
    values = {"pause_requested": wanted, "version": Job.version + 1, "updated_at": clock.now(session)}
    guarded = update(Job).where(Job.id == job.id, Job.state == JobState.RUNNING)
    changed = apply(session, guarded.values(**values), None)
    if changed is None:
        raise refusal(session, job.id, JobState.PAUSED)
    event = "job.pausing" if wanted else "job.unpaused"
    record(session, changed, JobState.RUNNING, event=event)
    return changed
