"""The job state machine: a table, and the one statement that moves a job along it."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models import clock, events
from models.base import JsonObject
from models.errors import AlreadyFinished, IllegalTransition, NotFound, StaleLease
from models.job import HELD, TERMINAL, Job, JobState
from models.leases import Lease

Q, R, P = JobState.QUEUED, JobState.RUNNING, JobState.PAUSED

TRANSITIONS: dict[JobState, frozenset[JobState]] = {
    Q: frozenset({R, P, JobState.CANCELED, JobState.EXPIRED, JobState.FAILED}),
    R: frozenset({JobState.SUCCEEDED, JobState.FAILED, Q, P, JobState.CANCELING}),
    JobState.CANCELING: frozenset({JobState.CANCELED}),
    P: frozenset({Q, JobState.CANCELED, JobState.EXPIRED}),
    JobState.SUCCEEDED: frozenset(),
    JobState.FAILED: frozenset(),
    JobState.CANCELED: frozenset(),
    JobState.EXPIRED: frozenset(),
}

SOURCES: dict[JobState, frozenset[JobState]] = {
    to: frozenset(source for source, targets in TRANSITIONS.items() if to in targets) for to in JobState
}


@dataclass(frozen=True)
class Move:
    """A move to make: where to, from where at most, and what else changes in the row.

    `event` defaults to `job.<state>`; `data` joins the event's from, to, attempt and version.
    """

    to: JobState
    sources: Collection[JobState] = ()
    event: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    data: JsonObject = field(default_factory=dict)


def move(session: Session, job_id: str, step: Move, *, lease: Lease | None = None) -> Job:
    """Move a job in one guarded UPDATE, and tell of it; of two racing callers one is refused.

    A job that leaves the hands of a worker loses its lease; one that ends gets its time of end.

    Raises:
        NotFound, StaleLease (the lease given is not the valid one), AlreadyFinished, IllegalTransition.
    """
    before = locked_state(session, job_id)
    now = clock.now(session)
    values: dict[str, Any] = {"updated_at": now, **step.values}
    if step.to not in HELD:
        values |= {"lease_token": None, "lease_until": None, "worker": None, "pause_requested": False}
    if step.to in TERMINAL:
        values["finished_at"] = now
    allowed = SOURCES[step.to].intersection(step.sources) if step.sources else SOURCES[step.to]
    guarded = update(Job).where(Job.id == job_id, Job.state.in_(allowed))
    job = apply(session, guarded.values(state=step.to, version=Job.version + 1, **values), lease)
    if job is None:
        raise refusal(session, job_id, step.to, lease)
    record(session, job, before, event=step.event, data=step.data)
    return job


def locked_state(session: Session, job_id: str) -> JobState | None:
    """The job's state, kept from changing until the transaction ends."""
    return session.scalars(select(Job.state).where(Job.id == job_id).with_for_update()).one_or_none()


def apply(session: Session, statement: Any, lease: Lease | None) -> Job | None:
    """Run an UPDATE of one job, fenced by the lease if there is one; None if no row fits."""
    if lease is not None:
        statement = statement.where(
            Job.id == lease.job_id, Job.attempt == lease.attempt, Job.lease_token == lease.token
        )
    fresh = {"synchronize_session": False, "populate_existing": True}
    job: Job | None = session.scalars(statement.returning(Job).execution_options(**fresh)).one_or_none()
    return job


def refusal(session: Session, job_id: str, to: JobState, lease: Lease | None = None) -> Exception:
    """Why a guarded UPDATE found no row, as the exception to raise."""
    job = session.get(Job, job_id, populate_existing=True)
    if job is None:
        return NotFound(f"job {job_id} does not exist")
    if lease is not None and (job.attempt, job.lease_token) != (lease.attempt, lease.token):
        return StaleLease(f"attempt {lease.attempt} no longer holds job {job_id}", met=job.state.value)
    kind = AlreadyFinished if job.state in TERMINAL else IllegalTransition
    accepted = sorted(state.value for state in SOURCES[to])
    detail = f"job {job_id} is {job.state}; it can become {to} only from {', '.join(accepted)}"
    return kind(detail, met=job.state.value, accepted=accepted)


def record(
    session: Session, job: Job, before: JobState | None, *, event: str = "", data: JsonObject | None = None
) -> None:
    """Append the event of a move that has just been made."""
    facts: JsonObject = {
        "from": before.value if before else None,
        "to": job.state.value,
        "attempt": job.attempt,
        "version": job.version,
    }
    if job.gpu_ooms:
        facts["batch_size"] = job.batch_size
    kind = event or f"job.{job.state.value}"
    events.append(session, job.project_id, kind, job_id=job.id, data=facts | (data or {}))
