"""Who calls: the project and scopes behind a key, or project `default` on a loopback service."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy.exc import OperationalError

from api.deps import House
from api.errors import Refusal
from api.services import Services
from models import keys
from models.api_key import ApiKey

LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})

Bearer = Annotated[
    HTTPAuthorizationCredentials | None,
    Security(HTTPBearer(auto_error=False, scheme_name="key", description="An API key: `Bearer fct_live_…`.")),
]


@dataclass(frozen=True)
class Caller:
    """The project that a request acts in, and what it may do there."""

    project_id: str
    scopes: frozenset[str]
    key_id: str | None = None
    name: str = "local"


def _caller(request: Request, services: House, bearer: Bearer) -> Caller:
    if bearer is not None:
        return _by_key(services, bearer.credentials)
    if not services.settings.keyless:
        raise Refusal("unauthenticated", "Send an API key: `Authorization: Bearer fct_live_…`.")
    _refuse_foreign_pages(request)
    return Caller(services.default_project, frozenset(keys.SCOPES))


def _by_key(services: Services, token: str) -> Caller:
    with services.database.read() as session:
        key = keys.verify(session, token)
    if key is None:
        raise Refusal("unauthenticated", "The API key is unknown, expired or revoked.")
    _note_use(services, key)
    return Caller(key.project_id, frozenset(key.scopes), key.id, key.name)


def _note_use(services: Services, key: ApiKey) -> None:
    """Note the use once in a while; a request does not fail because it could not be noted."""
    if key.last_used_at is not None and datetime.now(UTC) - key.last_used_at < keys.NOTED_EVERY:
        return
    with suppress(OperationalError), services.database.write() as session:
        keys.note_use(session, key)
        session.commit()


def _refuse_foreign_pages(request: Request) -> None:
    """Without keys, a page of another origin, or one that rebinds its name, must not act for its visitor."""
    origin = request.headers.get("origin")
    named = request.url.hostname or ""
    if named not in LOCAL_NAMES:
        raise Refusal("cross_origin", f"A service without keys answers to localhost, not to {named!r}.")
    if origin is not None and origin.partition("://")[2] != request.headers.get("host"):
        raise Refusal("cross_origin", f"Requests of {origin!r} are refused; use an API key.")


AnyCaller = Annotated[Caller, Depends(_caller)]
ANYONE = Depends(_caller)


def _needs(scope: str) -> Callable[[Caller], Caller]:
    def check(caller: AnyCaller) -> Caller:
        if scope not in caller.scopes and "admin" not in caller.scopes:
            raise Refusal("forbidden", f"The key {caller.name!r} lacks the scope {scope}.", needed=scope)
        return caller

    return check


DatasetReader = Annotated[Caller, Depends(_needs("datasets:read"))]
DatasetWriter = Annotated[Caller, Depends(_needs("datasets:write"))]
JobReader = Annotated[Caller, Depends(_needs("jobs:read"))]
JobWriter = Annotated[Caller, Depends(_needs("jobs:write"))]
ModelReader = Annotated[Caller, Depends(_needs("models:read"))]
ModelWriter = Annotated[Caller, Depends(_needs("models:write"))]
Admin = Annotated[Caller, Depends(_needs("admin"))]
ADMINS = Depends(_needs("admin"))
