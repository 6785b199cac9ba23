"""Server-sent events: the log from where a reader left it, without gaps, until the end of what it follows."""

import re
from collections.abc import AsyncIterator, Sequence
from typing import Annotated

from anyio import to_thread
from fastapi import Depends, Header, Query, Request
from sse_starlette import EventSourceResponse, ServerSentEvent

from api.answers import encode
from api.errors import Refusal
from api.events import Feed, Lagged
from api.schemas.events import event_out
from api.services import Services
from models import events, queries
from models.errors import NotFound
from models.event import Event

PAGE = 500
PING_S, SEND_TIMEOUT_S, IDLE_S = 15, 10.0, 30.0
RETRY_MS = 3000
SEQ = re.compile(r"[0-9]{1,18}")
LAST_SEQ = 2**63 - 1
FINAL = frozenset({"job.succeeded", "job.failed", "job.canceled", "job.expired", "job.deleted"})


def _place(
    last_event_id: Annotated[str | None, Header(description="Where a cut stream is taken up again.")] = None,
    after_seq: Annotated[
        int | None, Query(ge=0, le=LAST_SEQ, description="Events that follow this number.")
    ] = None,
) -> int | None:
    if last_event_id is None:
        return after_seq
    if not SEQ.fullmatch(last_event_id.strip()):
        raise Refusal("bad_request", f"Last-Event-ID {last_event_id!r} is not the number of an event.")
    return int(last_event_id)


Place = Annotated[int | None, Depends(_place)]


def wants_stream(request: Request) -> bool:
    """Whether the caller asks for a stream instead of a list."""
    return "text/event-stream" in request.headers.get("accept", "")


def check_kept(services: Services, project_id: str, seq: int | None) -> None:
    """Refuse to go on from a place whose following events are no longer kept.

    Raises:
        Refusal: gap.
    """
    if seq is None:
        return
    with services.database.read() as session:
        earliest = events.earliest_seq(session, project_id)
    if seq + 1 < earliest:
        detail = f"Events up to {earliest - 1} are no longer kept; read the objects, then go on from there."
        raise Refusal("gap", detail, resume_after_seq=earliest - 1)


def stream(services: Services, project_id: str, seq: int | None, job_id: str | None) -> EventSourceResponse:
    """The events above `seq` (None: of a job all, of a project those to come) as they happen.

    Raises:
        Refusal: too_many_waiting, which could not be said any more once the stream has begun.
    """
    services.tailer.check_room()
    return EventSourceResponse(
        _messages(services, project_id, seq, job_id),
        ping=PING_S,
        send_timeout=SEND_TIMEOUT_S,
        headers={"Cache-Control": "no-store"},
    )


async def _messages(
    services: Services, project_id: str, seq: int | None, job_id: str | None
) -> AsyncIterator[ServerSentEvent]:
    async with services.tailer.follow(project_id) as feed:
        yield ServerSentEvent(comment="open", retry=RETRY_MS)
        place = seq if seq is not None else (0 if job_id else feed.seq)
        quiet = True  # what ends a job comes as an event, unless it came before or is no longer kept
        while not (quiet and job_id and await to_thread.run_sync(_over, services, project_id, job_id, place)):
            batch, reached = await _following(services, project_id, feed, place, job_id=job_id)
            quiet, place = reached == place, reached
            for event in batch:
                yield ServerSentEvent(encode(event_out(event)).decode(), event=event.type, id=str(event.seq))
                if job_id is not None and event.type in FINAL:
                    yield ServerSentEvent("{}", event="end", id=str(event.seq))
                    return
        yield ServerSentEvent("{}", event="end")


def _over(services: Services, project_id: str, job_id: str, place: int) -> bool:
    """Whether a job has ended and its log holds nothing above `place`, so that nothing more will come."""
    with services.database.read() as session:
        try:
            if not queries.get_job(session, project_id, job_id).done:
                return False
        except NotFound:
            return True
        return not events.after(session, project_id, place, 1, job_id=job_id)


async def _following(
    services: Services, project_id: str, feed: Feed, place: int, *, job_id: str | None
) -> tuple[Sequence[Event], int]:
    """The next events and the place after them, from memory or, where that is too short, from the log."""
    try:
        found = await feed.more(place, IDLE_S)
    except Lagged:
        upto = feed.seq
        found = list(await to_thread.run_sync(read_events, services, project_id, place, job_id))
        found = [event for event in found if event.seq <= upto]
        complete = len(found) < PAGE
        return found, upto if complete else found[-1].seq
    last = found[-1].seq if found else place
    return [event for event in found if job_id is None or event.job_id == job_id], last


def read_events(
    services: Services, project_id: str, seq: int, job_id: str | None = None, *, limit: int = PAGE
) -> Sequence[Event]:
    """Events of the log above `seq`, oldest first."""
    with services.database.read() as session:
        return events.after(session, project_id, seq, limit, job_id=job_id)
