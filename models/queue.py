"""The queue: which job a free worker takes next."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, func, or_, select, update
from sqlalchemy.orm import Session

from models import attempts, clock
from models.capacity import ALONE, Capacity
from models.dataset import Dataset, DatasetState
from models.expiry import expire_deadlines, expire_leases, fail_on_rejected
from models.job import Job, JobState
from models.leases import Lease
from models.order import fair_order
from models.project import Project
from models.standing import Eta, Standing, standing
from models.transitions import record
from models.turns import take_turns

__all__ = [
    "INGEST_POOL",
    "Claim",
    "Eta",
    "Standing",
    "claim",
    "claimable_pools",
    "expire_deadlines",
    "expire_leases",
    "fail_on_rejected",
    "standing",
]

INGEST_POOL = "ingest"


@dataclass(frozen=True)
class Claim:
    """A job and the lease under which its worker may write."""

    job: Job
    lease: Lease


def claim(
    session: Session, *, pool: str, worker: str, lease_s: float, capacity: Capacity = ALONE
) -> Claim | None:
    """Take the job of a pool whose turn it is; None if there is none that fits.

    The order is models.order's. Jobs that ask for GPU memory or several devices go only to workers that say
    they have as much. Commit at once: claims of one pool wait for each other.
    """
    take_turns(session, f"claim:{pool}")
    now = clock.now(session)
    order = fair_order(session, at=now)
    chosen = _claimable(pool, capacity, now).order_by(*order).limit(1).correlate(None)
    take = (
        update(Job)
        .where(Job.id == chosen.with_for_update(of=Job, skip_locked=True).scalar_subquery())
        .where(Job.state == JobState.QUEUED)
        .values(
            state=JobState.RUNNING,
            version=Job.version + 1,
            attempt=Job.attempt + 1,
            lease_token=secrets.token_hex(16),
            lease_until=now + timedelta(seconds=lease_s),
            worker=worker,
            pause_requested=False,
            started_at=func.coalesce(Job.started_at, now),
            updated_at=now,
        )
        .returning(Job)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    job = session.scalars(take).one_or_none()
    if job is None:
        return None
    attempts.begin(session, job, at=now)
    event = "job.started" if job.attempt == 1 else "job.restarted"
    record(session, job, JobState.QUEUED, event=event, data={"worker": worker})
    return Claim(job, Lease(job.id, job.attempt, job.lease_token or ""))


def _claimable(pool: str, capacity: Capacity, now: datetime) -> Select[str]:
    return (
        select(Job.id)
        .join(Project, Project.id == Job.project_id)
        .join(Dataset, Dataset.id == Job.dataset_id)
        .where(
            Job.state == JobState.QUEUED,
            Job.pool == pool,
            Dataset.state == DatasetState.READY,
            or_(Job.start_deadline.is_(None), Job.start_deadline > now),
            capacity.suffices_for(),
        )
    )


def claimable_pools(session: Session) -> list[str]:
    """The pools with a job that a worker could take now, and `ingest` if a dataset waits."""
    now = clock.now(session)
    waiting = (
        select(Job.pool)
        .join(Dataset, Dataset.id == Job.dataset_id)
        .where(Job.state == JobState.QUEUED, Dataset.state == DatasetState.READY)
        .where(or_(Job.start_deadline.is_(None), Job.start_deadline > now))
        .distinct()
    )
    pools = list(session.scalars(waiting.order_by(Job.pool)))
    unchecked = select(Dataset.id).where(
        Dataset.state == DatasetState.VALIDATING, Dataset.lease_token.is_(None)
    )
    if session.scalar(unchecked.limit(1)) is not None:
        pools.append(INGEST_POOL)
    return pools
