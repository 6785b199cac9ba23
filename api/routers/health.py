"""Whether the service lives, whether it can work, what it counts, and what its problems mean."""

from fastapi import APIRouter, Depends, Request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.responses import Response

from api.answers import Json
from api.auth import ADMINS
from api.deps import House, known_query
from api.errors import Refusal
from api.problems import JOB_CODES, RULES
from api.refusals import refusals
from api.schemas.problems import CodeOut, CodesOut
from models import queries
from worker.bell import bell

router = APIRouter(tags=["service"], dependencies=[Depends(known_query)])


@router.get("/healthz", responses={200: {"description": "The process lives"}})
async def healthz() -> Json:
    """Says that the process lives; touches nothing."""
    return Json({"status": "ok"})


@router.get("/readyz", responses={503: {"description": "It cannot work now"}})
async def readyz(services: House) -> Json:
    """Whether database and store take writes; without a broker the service still accepts jobs."""
    found = await services.readiness.now()
    return Json(found, 200 if found["status"] == "ready" else 503)


@router.get("/metrics", response_class=Response, responses=refusals(), dependencies=[ADMINS])
def metrics(services: House) -> Response:
    """Counters in the format of Prometheus."""
    counters = services.counters
    with services.database.read() as session:
        by_pool = queries.live_jobs_by_pool(session)
    counters.jobs.clear()
    for pool, states in by_pool.items():
        for state, count in states.items():
            counters.jobs.labels(pool, state).set(count)
    counters.bells.set(bell.failures)
    return Response(generate_latest(counters.registry), media_type=CONTENT_TYPE_LATEST)


@router.get("/v1/problems", response_model=CodesOut)
async def problems() -> Json:
    """All codes: those of refused requests with their status, and those of failed jobs."""
    requests = [_code(code) for code in sorted(RULES)]
    jobs = [
        CodeOut(code=code, title=title, status=None, retry_after_s=None)
        for code, title in sorted(JOB_CODES.items())
    ]
    return Json(CodesOut(requests=requests, jobs=jobs))


@router.get("/v1/problems/{code}", response_model=CodeOut, responses=refusals("not_found"))
async def problem(code: str) -> Json:
    """What one code means; the `type` of every problem leads here."""
    if code not in RULES:
        raise Refusal("not_found", f"There is no problem {code!r}.")
    return Json(_code(code))


@router.get("/", include_in_schema=False)
async def index(request: Request) -> Json:
    """Where to go from here."""
    links = ("datasets", "methods", "jobs", "models", "events", "pools", "problems", "openapi.json")
    return Json(
        {"service": "facet", "links": {name: f"/v1/{name}" for name in links}, "docs": request.app.docs_url}
    )


def _code(code: str) -> CodeOut:
    rule = RULES[code]
    return CodeOut(code=code, title=rule.title, status=rule.status, retry_after_s=rule.retry_after_s)
