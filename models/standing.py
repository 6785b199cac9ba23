"""Where a waiting job stands, and when it may start."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import quantiles

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import clock, workers
from models.dataset import Dataset, DatasetState
from models.job import Job, JobState
from models.order import fair_order
from models.project import Project
from models.worker import Worker, WorkerState

PAST_JOBS = 50


@dataclass(frozen=True)
class Eta:
    """When a job should start: half of the time by `p50`, nine times in ten by `p90`."""

    p50: datetime
    p90: datetime
    basis: str


@dataclass(frozen=True)
class Standing:
    """A queued job's place: `position` counts from 1 over the pool, in the order of the claim.

    `reason`: waiting_for_slot, waiting_for_dataset, no_worker_online, no_matching_slot or storage_full
    (all workers of the pool wait for disk space).
    """

    position: int
    ahead_in_project: int
    reason: str
    workers_online: int
    eta: Eta | None


def standing(session: Session, job: Job) -> Standing | None:
    """Where the job stands in its pool's queue; None unless it is queued."""
    if job.state is not JobState.QUEUED:
        return None
    order = fair_order(session, at=clock.now(session))
    place = func.row_number().over(order_by=order)
    own = func.row_number().over(partition_by=Job.project_id, order_by=order)
    queue = (
        select(Job.id, place.label("place"), own.label("own"))
        .join(Project, Project.id == Job.project_id)
        .where(Job.state == JobState.QUEUED, Job.pool == job.pool)
        .subquery()
    )
    row = session.execute(select(queue.c.place, queue.c.own).where(queue.c.id == job.id)).one_or_none()
    if row is None:
        return None
    slots = workers.online(session, job.pool)
    reason = _reason(session, job, slots)
    eta = _eta(session, job, row.place, len(slots)) if reason == "waiting_for_slot" else None
    return Standing(row.place, row.own - 1, reason, len(slots), eta)


def _reason(session: Session, job: Job, slots: Sequence[Worker]) -> str:
    ready = select(Dataset.id).where(Dataset.id == job.dataset_id, Dataset.state == DatasetState.READY)
    if session.scalar(ready) is None:
        return "waiting_for_dataset"
    if not slots:
        full = workers.online(session, job.pool, state=WorkerState.FULL)
        return "storage_full" if full else "no_worker_online"
    if not any(slot.capacity.suffices(job) for slot in slots):
        return "no_matching_slot"
    return "waiting_for_slot"


def _eta(session: Session, job: Job, position: int, slots: int) -> Eta | None:
    """By the durations of past jobs of the same method and kind: each slot turns over once a duration."""
    past = (
        select(Job.compute_s)
        .where(Job.project_id == job.project_id, Job.method == job.method, Job.kind == job.kind)
        .where(Job.state == JobState.SUCCEEDED)
        .order_by(Job.finished_at.desc())
        .limit(PAST_JOBS)
    )
    durations = session.scalars(past).all()
    if not durations:
        return None
    tenths = quantiles([*durations, *durations], n=10, method="inclusive")
    turns = math.ceil(position / slots)
    now = clock.now(session)
    basis = f"{len(durations)} past {job.method} jobs of this project"
    p50, p90 = (now + timedelta(seconds=turns * tenth) for tenth in (tenths[4], tenths[8]))
    return Eta(p50, p90, basis)
