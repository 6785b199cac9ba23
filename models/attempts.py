"""Opening and closing attempts, and what each may cost."""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models import usage
from models.attempt import Attempt, Cause
from models.base import JsonObject
from models.job import Job
from models.leases import AttemptOutcome

RETRIES: dict[Cause, int] = {Cause.INFRA: 5, Cause.CRASH: 1, Cause.GPU_OOM: 1, Cause.USER: 0}
COUNTERS: dict[Cause, str] = {
    Cause.INFRA: "infra_losses",
    Cause.CRASH: "crashes",
    Cause.GPU_OOM: "gpu_ooms",
}
SPENT: dict[Cause, JsonObject] = {
    Cause.INFRA: {"code": "worker_crashed", "detail": "The job lost its worker too many times."},
    Cause.CRASH: {"code": "worker_crashed", "detail": "The process that trained the job died repeatedly."},
    Cause.GPU_OOM: {"code": "out_of_gpu_memory", "detail": "The job needs more GPU memory than there is."},
}


def begin(session: Session, job: Job, *, at: datetime) -> Attempt:
    """Note that a worker has taken the job."""
    attempt = Attempt(
        job_id=job.id,
        number=job.attempt,
        worker=job.worker,
        lease_token=job.lease_token,
        started_at=at,
        resumed_from=job.checkpoint,
    )
    session.add(attempt)
    session.flush()
    return attempt


def end(session: Session, job: Job, cause: Cause, outcome: AttemptOutcome, *, at: datetime) -> None:
    """Close the job's present attempt and charge its project; once closed, it is never charged again."""
    opened = select(Attempt.started_at).where(
        Attempt.job_id == job.id, Attempt.number == job.attempt, Attempt.ended_at.is_(None)
    )
    started = session.scalars(opened.with_for_update()).one_or_none()
    if started is None:
        return
    wall_s = max(0.0, (at - started) / timedelta(seconds=1))
    compute_s = wall_s if outcome.compute_s is None else min(max(0.0, outcome.compute_s), wall_s)
    session.execute(
        update(Attempt)
        .where(Attempt.job_id == job.id, Attempt.number == job.attempt)
        .values(
            ended_at=at,
            cause=outcome.cause or cause,
            exit_code=outcome.exit_code,
            signal=outcome.signal,
            peak_rss_bytes=outcome.peak_rss_bytes,
            compute_s=compute_s,
        )
        .execution_options(synchronize_session=False)
    )
    job.compute_s += compute_s
    session.flush()
    usage.charge(session, job.project_id, device_s=job.devices * compute_s, at=at)


def held_s(session: Session, job: Job, *, until: datetime) -> float:
    """Seconds from the beginning of the job's present attempt until a moment."""
    attempt = session.get(Attempt, (job.id, job.attempt))
    return 0.0 if attempt is None else (until - attempt.started_at) / timedelta(seconds=1)
