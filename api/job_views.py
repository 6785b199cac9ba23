"""Jobs as routes show them: read in a short session, shaped, with the hints a polling client needs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from api.answers import Json, etag, pick
from api.schemas.jobs import JobOut, job_out
from api.services import Services
from models import queries
from models.job import Job, JobState
from models.standing import standing

NONE: Mapping[str, str] = {}
SOONEST_S, RUNNING_LATEST_S, QUEUED_LATEST_S = 2, 15, 60


@dataclass(frozen=True)
class JobView:
    """A job as it stood at one moment."""

    job: JobOut

    @property
    def tag(self) -> str:
        """The ETag."""
        return etag(self.job.version)

    def headers(self) -> dict[str, str]:
        """ETag, and while the job lives when to ask again."""
        headers = {"ETag": self.tag}
        if not self.job.done:
            headers["Retry-After"] = str(poll_after_s(self.job))
        return headers

    def answer(
        self, status: int = 200, *, fields: frozenset[str] | None = None, headers: Mapping[str, str] = NONE
    ) -> Json:
        """The job on the wire."""
        return Json(pick(self.job, fields), status, headers={**self.headers(), **headers})


def read_job(services: Services, project_id: str, job_id: str) -> JobView:
    """A job of the project with its place in the queue.

    Raises:
        NotFound: no such job in this project.
    """
    with services.database.read() as session:
        return view(session, queries.get_job(session, project_id, job_id))


def view(session: Session, job: Job) -> JobView:
    """A row as it is shown."""
    return JobView(job_out(job, standing(session, job)))


def poll_after_s(job: JobOut) -> int:
    """Seconds after which a look at a live job is worth while: a tenth of what is left to wait."""
    if job.state is JobState.QUEUED:
        eta = job.queue.eta_p50 if job.queue else None
        eta_s = (eta - datetime.now(UTC)).total_seconds() if eta else None
        latest = QUEUED_LATEST_S
    else:
        eta_s, latest = _remaining_s(job.progress), RUNNING_LATEST_S
    return round(min(max((eta_s or 0.0) / 10, SOONEST_S), latest))


def _remaining_s(progress: dict[str, Any] | None) -> float | None:
    eta = (progress or {}).get("eta_s")
    return float(eta) if isinstance(eta, int | float) else None
