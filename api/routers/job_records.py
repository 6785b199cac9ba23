"""What a job has left so far: attempts, curves, files."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from api import downloads, paging
from api.answers import Json
from api.auth import JobReader
from api.curves import chosen, columns_of, curve_names, marks, thinned
from api.deps import House, known_query
from api.refusals import refusals
from api.schemas.base import PageOut
from api.schemas.curves import MetricsOut
from api.schemas.jobs import ArtifactOut, AttemptOut, artifact_out, attempt_out
from models import queries

router = APIRouter(prefix="/v1/jobs/{job_id}", tags=["jobs"], dependencies=[Depends(known_query)])


@router.get("/attempts", response_model=PageOut[AttemptOut], responses=refusals("not_found"))
def job_attempts(job_id: str, request: Request, caller: JobReader, services: House) -> Json:
    """Each time a worker held the job, with the cause of its end."""
    with services.database.read() as session:
        rows = [attempt_out(row).model_dump() for row in queries.attempts(session, caller.project_id, job_id)]
    return paging.listing(request, rows, has_more=False, last=0)


@router.get("/metrics", response_model=MetricsOut, responses=refusals("not_found"))
def job_metrics(
    job_id: str,
    caller: JobReader,
    services: House,
    keys: Annotated[str | None, Query(description="Comma-separated curves; default: all.")] = None,
    points: Annotated[int, Query(ge=10, le=10_000, description="About how many points.")] = 500,
    x: Literal["step"] = "step",
) -> Json:
    """The job's curves so far, as columns; of long ones the extremes of each stretch, and every mark."""
    with services.database.read() as session:
        found = queries.metric_points(session, caller.project_id, job_id)
    columns = columns_of(found)
    known = curve_names(columns)
    wanted = paging.words(keys, known, parameter="keys") or frozenset(known)
    shown = thinned(chosen(columns, [name for name in known if name in wanted]), points)
    return Json(MetricsOut(steps=len(found), x=x, columns=dict(shown), marks=marks(columns)))


@router.get("/artifacts", response_model=PageOut[ArtifactOut], responses=refusals("not_found"))
def job_artifacts(job_id: str, request: Request, caller: JobReader, services: House) -> Json:
    """The job's files."""
    with services.database.read() as session:
        found = queries.artifacts(session, caller.project_id, job_id)
    rows = [artifact_out(row).model_dump() for row in found]
    return paging.listing(request, rows, has_more=False, last=0)


@router.get(
    "/artifacts/{name}",
    response_class=Response,
    responses={**downloads.FILE, **refusals("not_found", "range_not_satisfiable")},
)
def job_artifact(job_id: str, name: str, request: Request, caller: JobReader, services: House) -> Response:
    """A file's bytes; ranges can be asked for, and what was fetched once never changes."""
    with services.database.read() as session:
        artifact = queries.get_artifact(session, caller.project_id, job_id, name)
    return downloads.send(request, services.store, artifact)
