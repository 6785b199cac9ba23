"""What the passing of time ends: leases and waiting in vain."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from models import attempts, clock
from models.attempt import Cause
from models.dataset import Dataset, DatasetState
from models.holding import release
from models.job import HELD, Job, JobState
from models.leases import AttemptOutcome, Lease
from models.transitions import Move, move

PAUSED_FOR = timedelta(days=30)


def expire_leases(session: Session) -> list[Job]:
    """Take jobs back from workers that have not been heard of since their lease ran out.

    They are charged up to the end of the lease. Only the sweeper calls this, and only after a
    time of unbroken contact with the database.
    """
    now = clock.now(session)
    lost = select(Job).where(Job.state.in_(HELD), Job.lease_until < now)
    rows = session.scalars(lost.order_by(Job.id).with_for_update(skip_locked=True)).all()
    return [_take_back(session, job) for job in sorted(rows, key=lambda job: (job.project_id, job.id))]


def expire_deadlines(session: Session) -> list[Job]:
    """End what waits in vain: past its start deadline, paused for 30 days, or on a rejected dataset."""
    now = clock.now(session)
    late = and_(Job.state == JobState.QUEUED, Job.start_deadline <= now)
    forgotten = and_(Job.state == JobState.PAUSED, Job.updated_at <= now - PAUSED_FOR)
    expired = _locked(session, or_(late, forgotten))
    ended = [move(session, job.id, Move(JobState.EXPIRED, {job.state})) for job in expired]
    return ended + fail_on_rejected(session)


def fail_on_rejected(session: Session) -> list[Job]:
    """Fail the queued jobs whose dataset was rejected, with code `invalid_data` and its reasons."""
    rejected = select(Dataset.id).where(Dataset.state == DatasetState.REJECTED)
    ended = []
    for job in _locked(session, and_(Job.state == JobState.QUEUED, Job.dataset_id.in_(rejected))):
        dataset = session.get_one(Dataset, job.dataset_id)
        reason = (dataset.error or {}).get("detail", "see the dataset's error")
        error = {
            "code": "invalid_data",
            "detail": f"Dataset {dataset.id} was rejected: {reason}",
            "attempt": job.attempt,
            "dataset_error": dataset.error,
        }
        step = Move(
            JobState.FAILED, {JobState.QUEUED}, values={"error": error}, data={"code": "invalid_data"}
        )
        ended.append(move(session, job.id, step))
    return ended


def _locked(session: Session, which: ColumnElement[bool]) -> Sequence[Job]:
    found = select(Job).where(which).order_by(Job.project_id, Job.id)
    return session.scalars(found.with_for_update(skip_locked=True)).all()


def _take_back(session: Session, job: Job) -> Job:
    lease = Lease(job.id, job.attempt, job.lease_token or "")
    held_s = attempts.held_s(session, job, until=job.lease_until or clock.now(session))
    return release(session, lease, Cause.INFRA, AttemptOutcome(compute_s=held_s))
