"""Events: what happened, as a list or as it happens."""

from typing import Annotated, Any

from anyio import to_thread
from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from api import job_views, paging, streams
from api.auth import JobReader
from api.deps import House, known_query
from api.refusals import refusals
from api.schemas.base import PageOut
from api.schemas.events import EventOut, event_out
from api.services import Services

router = APIRouter(tags=["events"], dependencies=[Depends(known_query)])

STREAMED: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/json": {}, "text/event-stream": {}}}
}
Limit = Annotated[int, Query(description="Events of a page; brought into 1…500.")]


@router.get(
    "/v1/events",
    response_model=PageOut[EventOut],
    responses={**STREAMED, **refusals("gap", "too_many_waiting")},
)
async def project_events(
    request: Request, caller: JobReader, services: House, place: streams.Place, limit: Limit = 50
) -> Response:
    """The project's events; with `Accept: text/event-stream` those to come, taken up by Last-Event-ID."""
    await to_thread.run_sync(streams.check_kept, services, caller.project_id, place)
    if streams.wants_stream(request):
        return streams.stream(services, caller.project_id, place, None)
    return await to_thread.run_sync(_list, request, services, caller.project_id, place, None, limit)


@router.get(
    "/v1/jobs/{job_id}/events",
    response_model=PageOut[EventOut],
    responses={**STREAMED, **refusals("not_found", "gap", "too_many_waiting")},
)
async def job_events(
    job_id: str, request: Request, caller: JobReader, services: House, place: streams.Place, limit: Limit = 50
) -> Response:
    """A job's events from its first on; the stream ends with `event: end` after the last."""
    await to_thread.run_sync(job_views.read_job, services, caller.project_id, job_id)
    await to_thread.run_sync(streams.check_kept, services, caller.project_id, place)
    if streams.wants_stream(request):
        return streams.stream(services, caller.project_id, place, job_id)
    return await to_thread.run_sync(_list, request, services, caller.project_id, place, job_id, limit)


def _list(
    request: Request, services: Services, project_id: str, place: int | None, job_id: str | None, limit: int
) -> Response:
    limit = min(max(limit, 1), paging.MAX_LIMIT)
    found = streams.read_events(services, project_id, place or 0, job_id, limit=limit + 1)
    rows = [event_out(event) for event in found[:limit]]
    last = rows[-1]["seq"] if rows else None
    return paging.listing(request, rows, has_more=len(found) > limit, last=last, turn="after_seq")
