"""What the worker that holds a job may do with it. Every write is fenced by the lease."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from models import attempts, clock, events
from models.attempt import Cause
from models.base import JsonObject
from models.curves import store_points
from models.job import HELD, Job, JobState
from models.leases import AttemptOutcome, Lease, Orders, Point
from models.publication import Publication, publish
from models.transitions import Move, apply, locked_state, move, refusal

FREELY_S = 30.0
PAUSE_SHARE = 1 / 60
LONGEST_PAUSE_S = 10.0


def heartbeat(session: Session, lease: Lease, *, lease_s: float) -> Orders:
    """Keep the lease for another `lease_s` seconds and hear what is wanted. The version stays.

    Raises:
        StaleLease: stop the runner and drop its work.
    """
    until = clock.now(session) + timedelta(seconds=lease_s)
    job = apply(session, update(Job).where(Job.state.in_(HELD)).values(lease_until=until), lease)
    if job is None:
        raise refusal(session, lease.job_id, JobState.RUNNING, lease)
    return Orders(job.state, job.pause_requested)


def report(
    session: Session, lease: Lease, *, progress: JsonObject | None, points: Sequence[Point] = ()
) -> Job:
    """Write down how far the job is, and the newest points of its curves. Raises StaleLease.

    The log tells of it only if it has not told of this job for a while, so that a job of days does
    not fill it: that while grows with the age of the attempt, from nothing to LONGEST_PAUSE_S.
    """
    now = clock.now(session)
    values: JsonObject = {"updated_at": now, "version": Job.version + 1}
    if progress is not None:
        values["progress"] = progress | {"updated_at": now.isoformat()}
    job = apply(session, update(Job).where(Job.state.in_(HELD)).values(**values), lease)
    if job is None:
        raise refusal(session, lease.job_id, JobState.RUNNING, lease)
    if points:
        store_points(session, job.id, points)
    if _told_lately(session, job, at=now):
        return job
    kind = "job.metric" if progress is None else "job.progress"
    data: JsonObject = {"version": job.version, "attempt": job.attempt, "progress": progress}
    if points:
        data["metrics"] = {"step": points[-1].step, "values": points[-1].values}
    events.append(session, job.project_id, kind, job_id=job.id, data=data)
    return job


def _told_lately(session: Session, job: Job, *, at: datetime) -> bool:
    age_s = attempts.held_s(session, job, until=at)
    newest = events.newest_at(session, job.id)
    pause_s = min((age_s - FREELY_S) * PAUSE_SHARE, LONGEST_PAUSE_S)
    return newest is not None and at - newest < timedelta(seconds=pause_s)


def checkpointed(session: Session, lease: Lease, checkpoint: JsonObject) -> Job:
    """Note a checkpoint that is durably in the store: {key, sha256, size_bytes, stage, epoch, step}.

    The one before it is kept inside as `previous`, to fall back on. Raises StaleLease.
    """
    locked_state(session, lease.job_id)
    held = session.get(Job, lease.job_id, populate_existing=True)
    before = held.checkpoint if held else None
    previous = {name: value for name, value in (before or {}).items() if name != "previous"} or None
    values = {
        "checkpoint": {**checkpoint, "previous": previous},
        "version": Job.version + 1,
        "updated_at": clock.now(session),
    }
    job = apply(session, update(Job).where(Job.state.in_(HELD)).values(**values), lease)
    if job is None:
        raise refusal(session, lease.job_id, JobState.RUNNING, lease)
    data = {"version": job.version, **{name: checkpoint.get(name) for name in ("stage", "epoch", "step")}}
    events.append(session, job.project_id, "job.checkpoint", job_id=job.id, data=data)
    return job


def succeed(session: Session, lease: Lease, publication: Publication) -> Job:
    """Publish a result: manifest, clusterings, model and the move to succeeded are one transaction.

    Raises:
        StaleLease, IllegalTransition (a cancel came first: end_canceled then).
    """
    values = {
        "summary": publication.summary,
        "environment": publication.environment,
        "progress": _whole(session, lease.job_id),
    }
    job = move(session, lease.job_id, Move(JobState.SUCCEEDED, values=values), lease=lease)
    now = clock.now(session)
    publish(session, job, publication, at=now)
    attempts.end(session, job, Cause.SUCCEEDED, publication.usage, at=now)
    return job


def end_canceled(session: Session, lease: Lease, outcome: AttemptOutcome) -> Job:
    """The runner is gone after a cancel. Raises StaleLease, IllegalTransition (no cancel was asked)."""
    return _end(session, lease, Move(JobState.CANCELED, {JobState.CANCELING}), Cause.CANCELED, outcome)


def end_paused(session: Session, lease: Lease, outcome: AttemptOutcome) -> Job:
    """The runner has checkpointed and gone after a pause request; if canceled meanwhile, it is canceled."""
    if _canceling(session, lease):
        return end_canceled(session, lease, outcome)
    return _end(session, lease, Move(JobState.PAUSED, {JobState.RUNNING}), Cause.PAUSED, outcome)


def fail(session: Session, lease: Lease, error: JsonObject, outcome: AttemptOutcome) -> Job:
    """End the job with an error of its own (user error, divergence, timeout); no retry.

    A job whose cancel was asked becomes canceled instead.
    """
    if _canceling(session, lease):
        return end_canceled(session, lease, outcome)
    values = {"error": {**error, "attempt": lease.attempt}, "partial": _has_progress(session, lease.job_id)}
    step = Move(JobState.FAILED, {JobState.RUNNING}, values=values, data={"code": error.get("code")})
    return _end(session, lease, step, Cause.USER, outcome)


def release(
    session: Session, lease: Lease, cause: Cause, outcome: AttemptOutcome, error: JsonObject | None = None
) -> Job:
    """Let go of a job that did not end: back to the queue while the cause's budget lasts, else failed.

    A cancel beats the retry; a pause that was asked for takes effect instead of the queue. Causes:
    infra, crash, gpu_oom, and drain, which costs no budget. `error` is what the job fails with once
    the budget is spent.
    """
    if _canceling(session, lease):
        return end_canceled(session, lease, outcome)
    held = session.get(Job, lease.job_id, populate_existing=True)
    values: JsonObject = {}
    losses = 0
    if counter := attempts.COUNTERS.get(cause):
        losses = 1 + (getattr(held, counter) if held else 0)
        values[counter] = losses
    if losses > attempts.RETRIES.get(cause, 0):
        final = {**attempts.SPENT[cause], **(error or {}), "attempt": lease.attempt}
        values |= {"error": final, "partial": _has_progress(session, lease.job_id)}
        step = Move(JobState.FAILED, {JobState.RUNNING}, values=values, data={"code": final["code"]})
    elif held and held.pause_requested:
        step = Move(JobState.PAUSED, {JobState.RUNNING}, values=values, data={"reason": cause.value})
    else:
        data = {"reason": cause.value}
        step = Move(JobState.QUEUED, {JobState.RUNNING}, "job.requeued", values=values, data=data)
    return _end(session, lease, step, cause, outcome)


def _end(session: Session, lease: Lease, step: Move, cause: Cause, outcome: AttemptOutcome) -> Job:
    job = move(session, lease.job_id, step, lease=lease)
    attempts.end(session, job, cause, outcome, at=clock.now(session))
    return job


def _canceling(session: Session, lease: Lease) -> bool:
    return locked_state(session, lease.job_id) is JobState.CANCELING


def _has_progress(session: Session, job_id: str) -> bool:
    job = session.get(Job, job_id)
    return bool(job and job.progress)


def _whole(session: Session, job_id: str) -> JsonObject:
    job = session.get(Job, job_id, populate_existing=True)
    return {**job.progress, "fraction": 1.0, "eta_s": 0.0} if job and job.progress else {}
