"""I1: every accepted job has ended once, or somebody has it, or somebody can take it."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import clock
from models.dataset import Dataset, DatasetState
from models.event import Event
from models.fsck.violation import Violation
from models.job import HELD, TERMINAL, Job, JobState

OWNERLESS_FOR = timedelta(seconds=75)
ENDINGS = {f"job.{state.value}" for state in TERMINAL}


def check(session: Session) -> Iterator[Violation]:
    """Violations of I1."""
    now = clock.now(session)
    endings = Counter(session.scalars(select(Event.job_id).where(Event.type.in_(ENDINGS))))
    kept_since = select(Event.project_id, func.min(Event.at)).group_by(Event.project_id)
    oldest: dict[str, datetime] = {row[0]: row[1] for row in session.execute(kept_since)}
    found = select(Job, Dataset).join(Dataset, Dataset.id == Job.dataset_id).order_by(Job.id)
    for job, dataset in session.execute(found.execution_options(populate_existing=True)):
        horizon = oldest.get(job.project_id, now)
        yield from _ending(job, endings[job.id], horizon)
        yield from _owner(job, dataset, now)


def _ending(job: Job, endings: int, horizon: datetime) -> Iterator[Violation]:
    """The log may have been trimmed up to the horizon."""
    trimmed = job.finished_at is not None and job.finished_at <= horizon
    expected = 1 if job.state in TERMINAL else 0
    if endings != expected and not (trimmed and endings == 0):
        yield Violation("I1", job.id, f"{job.state} with {endings} terminal events, not {expected}")
    if (job.finished_at is not None) != (job.state in TERMINAL):
        yield Violation("I1", job.id, f"{job.state} with finished_at {job.finished_at}")


def _owner(job: Job, dataset: Dataset, now: datetime) -> Iterator[Violation]:
    owned = None not in (job.lease_token, job.lease_until, job.worker)
    if job.state in HELD and not owned:
        yield Violation("I1", job.id, f"{job.state} without a lease")
    if job.state not in HELD and job.lease_token is not None:
        yield Violation("I1", job.id, f"{job.state} with a lease")
    if job.state in HELD and job.lease_until and now - job.lease_until > OWNERLESS_FOR:
        yield Violation("I1", job.id, f"{job.state}, but its lease ran out at {job.lease_until}")
    if job.state is JobState.QUEUED:
        waited = now - dataset.updated_at > OWNERLESS_FOR
        if dataset.state is DatasetState.DELETED or (dataset.state is DatasetState.REJECTED and waited):
            yield Violation("I1", job.id, f"queued on dataset {dataset.id}, which is {dataset.state}")
