"""Refusals and how they travel: application/problem+json (RFC 9457) for every error."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from obstore.exceptions import BaseError
from sqlalchemy.exc import DataError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.routing import Match, Route

from api.answers import Json
from api.pointers import explain
from api.problems import RULES
from models.errors import ModelsError

log = structlog.get_logger()

BY_STATUS = {
    400: "bad_request",
    401: "unauthenticated",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "body_too_large",
    415: "unsupported_media_type",
}
AWAY = (
    "The database cannot be reached now. Whether a change was made is not known:"
    " look, or ask for it again under the same Idempotency-Key."
)
"""A commit whose acknowledgement is lost may have happened."""
UNREADABLE = "There was an error parsing the body"
"""What FastAPI says of a body that its JSON parser gave up on."""


class Refusal(Exception):
    """A request refused by the service itself; `code` is a row of `problems.RULES`."""

    def __init__(self, code: str, detail: str, **extra: Any) -> None:
        """Keep what the problem object says beyond its code.

        Args:
            code: a key of RULES.
            detail: one sentence with the value met and what would be accepted.
            extra: further members of the problem object: hint, errors, accepted, … Two are no members:
                retry_after_s and headers.
        """
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.extra = extra


def problem(
    request: Request,
    code: str,
    detail: str,
    extra: Mapping[str, Any] | None = None,
    *,
    retry_after_s: int | None = None,
) -> Json:
    """A problem+json answer of the status that the table gives to `code`."""
    rule = RULES[code]
    wait = retry_after_s if retry_after_s is not None else rule.retry_after_s
    body = {
        "type": f"{request.base_url}v1/problems/{code}",
        "title": rule.title,
        "status": rule.status,
        "code": code,
        "detail": detail,
        "instance": request.url.path,
        "request_id": request.scope.get("request_id"),
        "retryable": wait is not None,
        **(extra or {}),
    }
    headers = {"Retry-After": str(wait)} if wait is not None else {}
    if rule.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return Json(body, rule.status, headers=headers, media_type="application/problem+json")


def install(app: FastAPI) -> None:
    """Answer every exception that leaves a route of `app` as a problem."""
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(ModelsError, _refused_by_models)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    for error in (OperationalError, InterfaceError, PoolTimeout, DBAPIError):
        app.add_exception_handler(error, _database)
    for trouble in (OSError, BaseError):
        app.add_exception_handler(trouble, _store)


async def _refused(request: Request, error: Exception) -> Json:
    if not isinstance(error, Refusal):
        raise error
    extra = dict(error.extra)
    wait, headers = extra.pop("retry_after_s", None), extra.pop("headers", {})
    answer = problem(request, error.code, error.detail, extra, retry_after_s=wait)
    answer.headers.update(headers)
    return answer


async def _refused_by_models(request: Request, error: Exception) -> Json:
    if not isinstance(error, ModelsError):
        raise error
    if error.code in RULES:
        return problem(request, error.code, error.detail, error.context)
    return problem(request, error.default_code, error.detail, {**error.context, "code": error.code})


async def _invalid(request: Request, error: Exception) -> Json:
    if not isinstance(error, RequestValidationError):
        raise error
    if isinstance(error.body, bytes):
        met, accepted = request.headers.get("content-type"), "application/json"
        detail = f"The body is said to be {met}; accepted is {accepted}."
        return problem(request, "unsupported_media_type", detail, {"met": met, "accepted": [accepted]})
    return invalid(request, error.errors(), error.body)


def invalid(request: Request, found: Sequence[Mapping[str, Any]], body: Any) -> Json:
    """422 with one entry per offending value: its JSON pointer and what would be accepted."""
    errors = [explain(one, body) for one in found]
    first = errors[0]
    named = (first[kind] for kind in ("pointer", "parameter", "path", "header") if first.get(kind))
    where = next(named, "the body")
    rest = f" ({len(errors) - 1} more)" if len(errors) > 1 else ""
    return problem(request, "invalid_request", f"{where}: {first['message']}{rest}", {"errors": errors})


async def _http(request: Request, error: Exception) -> Json:
    if not isinstance(error, HTTPException):
        raise error
    code = BY_STATUS.get(error.status_code, "bad_request" if error.status_code < 500 else "internal")
    detail, headers = error.detail, dict(error.headers or {})
    if code == "not_found" and detail == "Not Found":
        detail = f"There is no route {request.url.path}."
    if detail == UNREADABLE:
        code, detail = _unreadable(request)
    if code == "method_not_allowed":
        allowed = _allowed(request)
        detail = f"{request.method} is not offered here; accepted: {allowed}."
        headers["Allow"] = allowed
    answer = problem(request, code, detail)
    answer.headers.update(headers)
    return answer


def _unreadable(request: Request) -> tuple[str, str]:
    """Code and detail of a body that could not be read as text, or not to its end."""
    encoding = request.headers.get("content-encoding", "identity")
    if encoding != "identity":
        return "unsupported_media_type", f"Content-Encoding {encoding} is not accepted; send plain JSON."
    return "bad_request", "The body cannot be read: it is no UTF-8 text, or its JSON is nested too deep."


def _allowed(request: Request) -> str:
    """The methods of all routes of this path; the router itself names those of one."""
    fitting = [one for one in _routes(request.app) if one.matches(request.scope)[0] is not Match.NONE]
    methods = {method for one in fitting for method in one.methods or ()}
    return ", ".join(sorted(methods | {"HEAD"} if "GET" in methods else methods))


def _routes(app: FastAPI) -> Iterator[Route]:
    """Every route of the app, those of its routers among them."""
    for part in app.routes:
        inner = getattr(part, "original_router", None)
        yield from (one for one in (inner.routes if inner else [part]) if isinstance(one, Route))


async def _database(request: Request, error: Exception) -> Json:
    if isinstance(error, DataError):
        log.warning("request.unfit_value", error=str(error.orig)[:500])
        return problem(request, "bad_request", "The request holds a value that the database cannot keep.")
    unreachable = isinstance(error, OperationalError | InterfaceError | PoolTimeout)
    if not unreachable and not (isinstance(error, DBAPIError) and error.connection_invalidated):
        raise error
    log.warning("database.unavailable", error=str(error)[:500])
    return problem(request, "database_unavailable", AWAY)


async def _store(request: Request, error: Exception) -> Json:
    log.warning("store.unavailable", error=str(error))
    return problem(request, "store_unavailable", "The file store cannot be reached now.")
