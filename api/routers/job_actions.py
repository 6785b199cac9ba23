"""What can be asked of a job: cancel, pause, resume, retry."""

from collections.abc import Callable

from fastapi import APIRouter, Depends
from sqlalchemy.orm import Session

from api import job_views, submissions
from api.answers import Json
from api.auth import Caller, JobWriter
from api.deps import House, known_query
from api.idempotency import Idempotent, Reply, fingerprint, perform
from api.refusals import refusals
from api.routers.jobs import accepted
from api.schemas.jobs import JobOut
from api.services import Services
from models import lifecycle
from models.job import Job, JobState
from worker.bell import bell

router = APIRouter(prefix="/v1/jobs/{job_id}", tags=["jobs"], dependencies=[Depends(known_query)])

MOVING = refusals("not_found", "already_finished", "illegal_transition", "idempotency_key_reused")
RETRYING = refusals(
    "not_found", "illegal_transition", "idempotency_key_reused", "dataset_not_ready", "invalid_submission",
    "unschedulable",
)  # fmt: skip


@router.post("/cancel", response_model=JobOut, responses=MOVING)
def cancel_job(job_id: str, caller: JobWriter, services: House, once: Idempotent) -> Json:
    """End a job: at once if it waits, else as soon as its worker hears. Repeats change nothing."""
    return _move(services, caller, once, job_id, lifecycle.cancel)


@router.post("/pause", response_model=JobOut, responses=MOVING)
def pause_job(job_id: str, caller: JobWriter, services: House, once: Idempotent) -> Json:
    """Take a job out of the queue, or have its worker checkpoint and let go."""
    return _move(services, caller, once, job_id, lifecycle.pause)


@router.post("/resume", response_model=JobOut, responses=MOVING)
def resume_job(job_id: str, caller: JobWriter, services: House, once: Idempotent) -> Json:
    """Put a paused job back at its old place in the queue."""
    return _move(services, caller, once, job_id, lifecycle.resume)


@router.post("/retry", status_code=202, response_model=JobOut, responses=RETRYING)
def retry_job(job_id: str, caller: JobWriter, services: House, once: Idempotent) -> Json:
    """Queue a new job like one that has ended, run by the version and the workers of now."""

    def act(session: Session) -> Reply:
        asked = lifecycle.again(session, caller.project_id, job_id)
        asked = submissions.renewed(session, services, asked)
        return accepted(session, lifecycle.submit(session, caller.project_id, asked))

    return _ring(perform(services, caller.project_id, once, same=fingerprint("retry", job_id), act=act))


def _move(
    services: Services,
    caller: Caller,
    once: Idempotent,
    job_id: str,
    verb: Callable[[Session, str, str], Job],
) -> Json:
    def act(session: Session) -> Reply:
        job = verb(session, caller.project_id, job_id)
        view = job_views.view(session, job)
        rings = (job.pool,) if job.state is JobState.QUEUED else ()
        return Reply(200, view.job.model_dump(mode="json"), view.headers(), rings=rings)

    return _ring(perform(services, caller.project_id, once, same=fingerprint(verb.__name__, job_id), act=act))


def _ring(reply: Reply) -> Json:
    for pool in reply.rings:
        bell.ring(pool)
    return reply.answer()
