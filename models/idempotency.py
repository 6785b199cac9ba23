"""Answering a repeated request with the answer of the first one."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from models import clock
from models.base import JsonObject
from models.errors import IdempotencyKeyReused
from models.idempotency_record import IdempotencyRecord


@dataclass(frozen=True)
class Replay:
    """An answer as it was given."""

    status: int
    headers: JsonObject = field(default_factory=dict)
    body: JsonObject = field(default_factory=dict)


def recall(session: Session, project_id: str, route: str, key: str, fingerprint: str) -> Replay | None:
    """The answer once given to this key on this route; None if it is new.

    Raises:
        IdempotencyKeyReused: the key came with another request.
    """
    record = session.get(IdempotencyRecord, (project_id, route, key), populate_existing=True)
    if record is None:
        return None
    if record.fingerprint != fingerprint:
        detail = "this idempotency key was used for a different request; use a new key"
        raise IdempotencyKeyReused(detail, met=key)
    return Replay(record.status, record.headers, record.body)


def remember(
    session: Session, project_id: str, route: str, key: str, *, fingerprint: str, replay: Replay
) -> None:
    """Keep an answer, in the transaction that did what it tells of.

    Raises:
        sqlalchemy.exc.IntegrityError: another request with this key was faster; roll back and recall.
    """
    session.add(
        IdempotencyRecord(
            project_id=project_id,
            route=route,
            key=key,
            fingerprint=fingerprint,
            created_at=clock.now(session),
            **vars(replay),
        )
    )
    session.flush()


def trim(session: Session, *, before: datetime) -> int:
    """Forget answers given before that moment; returns how many."""
    old = delete(IdempotencyRecord).where(IdempotencyRecord.created_at < before)
    gone: int = session.execute(old).rowcount  # type: ignore[attr-defined]
    return gone
