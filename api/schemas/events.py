"""Events as they travel."""

from datetime import datetime
from typing import Any

from api.schemas.base import JsonObject, Out
from models.event import Event


class EventOut(Out):
    """Something that happened; `seq` has no gaps within a project."""

    seq: int
    type: str
    time: datetime
    object: str | None
    data: JsonObject


def event_out(event: Event) -> dict[str, Any]:
    """The wire form of a row."""
    about = event.job_id or event.dataset_id
    return EventOut(seq=event.seq, type=event.type, time=event.at, object=about, data=event.data).model_dump()
