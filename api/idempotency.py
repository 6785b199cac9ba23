"""Idempotency-Key: the same request twice gives one effect and the same answer twice."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import Depends, Header, Request
from pydantic_core import to_json
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from api.answers import Json
from api.errors import Refusal
from api.services import Services
from models import idempotency

KEY = re.compile(r"[\x21-\x7e]{16,255}")


@dataclass(frozen=True)
class Reply:
    """An answer that can be kept and given again; `rings` are pools to wake once it is durable."""

    status: int
    body: dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)
    rings: tuple[str, ...] = ()
    replayed: bool = False

    def answer(self, **headers: str) -> Json:
        """The reply on the wire."""
        again = {"Idempotent-Replayed": "true"} if self.replayed else {}
        return Json(self.body, self.status, headers={**self.headers, **again, **headers})


@dataclass(frozen=True)
class Once:
    """The key a caller gave, if any, on this route."""

    route: str
    key: str | None


def _once(
    request: Request,
    idempotency_key: Annotated[
        str | None,
        Header(description="16 to 255 characters; the same key gives the same answer for 24 hours."),
    ] = None,
) -> Once:
    key = idempotency_key.strip().strip('"') if idempotency_key is not None else None
    if key is not None and not KEY.fullmatch(key):
        raise Refusal("bad_request", "Idempotency-Key takes 16 to 255 printable ASCII characters.")
    return Once(f"{request.method} {request.url.path}", key)


Idempotent = Annotated[Once, Depends(_once)]


def fingerprint(*parts: Any) -> str:
    """The digest by which two requests are the same."""
    return hashlib.sha256(to_json(parts)).hexdigest()


def perform(
    services: Services, project_id: str, once: Once, *, same: str, act: Callable[[Session], Reply]
) -> Reply:
    """Do `act` and commit, or give the reply that the same key was given before.

    The record is inserted in the transaction of what it stands for, so of concurrent twins one
    commits and the others, refused by its primary key, replay: none is told that another is in flight.
    `same` is the request's fingerprint.

    Raises:
        IdempotencyKeyReused: the key stands for another request.
    """
    if once.key is None:
        with services.database.write() as session:
            reply = act(session)
            session.commit()
        return reply
    for _ in range(2):
        with services.database.write() as session:
            known = idempotency.recall(session, project_id, once.route, once.key, same)
            if known is not None:
                return Reply(known.status, known.body, known.headers, replayed=True)
            try:
                reply = act(session)
                kept = idempotency.Replay(reply.status, reply.headers, reply.body)
                idempotency.remember(session, project_id, once.route, once.key, fingerprint=same, replay=kept)
                session.commit()
            except IntegrityError:
                session.rollback()
                continue
            return reply
    raise Refusal("bad_request", "The request conflicts with another one; send it again.")
