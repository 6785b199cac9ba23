"""What happens around every request: its id, its log line, its size limit, and a problem if it fails."""

import re
import time
from collections.abc import Callable
from typing import Any

import structlog
from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from ulid import ULID

from api.counters import Counters
from api.errors import problem

log = structlog.get_logger()

REQUEST_ID = re.compile(r"[A-Za-z0-9_.:-]{1,64}")
SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
DOCUMENTATION = {
    "Content-Security-Policy": "default-src 'none'; connect-src 'self'; "
    "img-src data: https://fastapi.tiangolo.com; "
    "script-src 'unsafe-inline' https://cdn.jsdelivr.net; style-src 'unsafe-inline' https://cdn.jsdelivr.net"
}
API_VERSION = "1.0"
FORM = "application/x-www-form-urlencoded"
UPLOADS = "/v1/datasets"


class Envelope:
    """Gives each request an id, each answer its headers, and each failure a 500 problem."""

    def __init__(self, app: ASGIApp, counters: Counters) -> None:
        self.app = app
        self.counters = counters

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        scope["request_id"] = _request_id(Headers(scope=scope).get("x-request-id"))
        answer = _Answer(scope, send)
        with structlog.contextvars.bound_contextvars(request_id=scope["request_id"]):
            try:
                await self.app(scope, receive, answer.send)
            except ClientDisconnect:
                log.info("request.abandoned", method=scope["method"], path=scope["path"])
            except Exception:
                log.exception("request.failed", method=scope["method"], path=scope["path"])
                if answer.status is not None:
                    raise
                failed = problem(
                    Request(scope), "internal", "The service failed; its log has this request's id."
                )
                await failed(scope, receive, answer.send)
            finally:
                self._note(scope, answer)

    def _note(self, scope: Scope, answer: "_Answer") -> None:
        seconds = time.perf_counter() - answer.started
        route = getattr(scope.get("route"), "path", "unmatched")
        status = answer.status or 499
        self.counters.requests.labels(scope["method"], route, status).inc()
        self.counters.latency.labels(scope["method"], route).observe(seconds)
        if route not in ("/healthz", "/metrics"):
            path, took = scope["path"], round(seconds * 1000, 1)
            log.info("request", method=scope["method"], path=path, status=status, milliseconds=took)


class _Answer:
    """Adds the headers that every answer bears, and remembers its status."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self.scope = scope
        self.forward = send
        self.status: int | None = None
        self.started = time.perf_counter()

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            headers["X-Request-Id"] = self.scope["request_id"]
            headers["API-Version"] = API_VERSION
            own = DOCUMENTATION if self.scope["path"] == "/docs" else {}
            for name, value in {**SECURITY, **own}.items():
                headers.setdefault(name, value)
        await self.forward(message)


class BodyLimit:
    """Refuses a body over the limit: at once by its declared length, else as soon as it is exceeded."""

    def __init__(self, app: ASGIApp, limit: Callable[[Scope], int]) -> None:
        self.app = app
        self.limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit, seen = self.limit(scope), 0
        detail = f"The body is larger than the {limit} bytes accepted here."
        declared = Headers(scope=scope).get("content-length", "0")
        if declared.isdecimal() and int(declared) > limit:
            answer = problem(Request(scope), "body_too_large", detail, {"limit_bytes": limit})
            await answer(scope, receive, send)
            return

        async def receive_within_limit() -> Any:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > limit:
                raise HTTPException(413, detail)
            return message

        await self.app(scope, receive_within_limit, send)


class JsonByDefault:
    """Reads what `curl -d` calls a form as JSON: no route takes forms."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] != UPLOADS:
            headers = MutableHeaders(scope=scope)
            if headers.get("content-type", FORM) == FORM:
                headers["content-type"] = "application/json"
        await self.app(scope, receive, send)


def _request_id(given: str | None) -> str:
    if given is not None and REQUEST_ID.fullmatch(given):
        return given
    return f"req_{ULID()}"
