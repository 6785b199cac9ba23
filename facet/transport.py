"""One HTTP call: the key, the retries, the typed errors."""

import random
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from facet.errors import UnreachableError, error_of

RETRIED = frozenset({429, 502, 503, 504})
RETRIES = 5
CHUNK_BYTES = 1 << 20
Parts = tuple[dict[str, str], dict[str, Any]]


@dataclass(frozen=True)
class Call:
    """A request that may be sent more than once.

    `body` opens a multipart body (fields, files) anew for each attempt; `wait_s` is how long the server may
    hold its answer.
    """

    method: str
    path: str
    params: Mapping[str, Any] = field(default_factory=dict)
    json: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Callable[[], Parts] | None = None
    wait_s: float = 0.0


class Transport:
    """A connection pool to one server; safe to share between threads."""

    def __init__(
        self,
        url: str,
        api_key: str | None,
        timeout: float,
        *,
        network: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        self.url = url.rstrip("/")
        self.timeout = timeout
        self._sleep = sleep
        self._http = httpx.Client(base_url=self.url, headers=headers, timeout=timeout, transport=network)

    def close(self) -> None:
        self._http.close()

    def send(self, call: Call) -> httpx.Response:
        """Send a call until it is answered for good.

        Every POST carries one Idempotency-Key through all its attempts, so a repeated one acts once.

        Raises:
            ProblemError: the server refused or failed.
            UnreachableError: no answer after the last attempt.
        """
        headers = dict(call.headers)
        if call.method == "POST":
            headers.setdefault("Idempotency-Key", uuid.uuid4().hex)
        return self._attempts(lambda: self._send_once(call, headers))

    def download(self, path: str, to: Path, *, params: Mapping[str, Any], accept: str = "*/*") -> Path:
        """Stream a GET into a file, which appears only when it is whole."""
        part = to.with_name(f".{to.name}.part")
        to.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._attempts(lambda: self._download_once(path, part, params, accept))
            part.replace(to)
        finally:
            part.unlink(missing_ok=True)
        return to

    def _attempts(self, attempt: Callable[[], httpx.Response]) -> httpx.Response:
        for left in reversed(range(RETRIES + 1)):
            tried = RETRIES - left
            try:
                response = attempt()
            except httpx.TransportError as error:
                if not left:
                    raise UnreachableError(
                        f"{self.url} does not answer: {error or type(error).__name__}"
                    ) from error
                self._sleep(_backoff_s(tried, None))
                continue
            if response.status_code < 400:
                return response
            if not (left and response.status_code in RETRIED):
                raise error_of(response)
            self._sleep(_backoff_s(tried, response.headers.get("Retry-After")))
        raise AssertionError("the last attempt returns or raises")

    def _send_once(self, call: Call, headers: Mapping[str, str]) -> httpx.Response:
        with _opened(call.body) as (fields, files):
            return self._http.request(
                call.method,
                call.path,
                params=dict(call.params) or None,
                json=call.json,
                data=fields,
                files=files,
                headers=dict(headers),
                timeout=self.timeout + call.wait_s,
            )

    def _download_once(self, path: str, part: Path, params: Mapping[str, Any], accept: str) -> httpx.Response:
        with self._http.stream("GET", path, params=dict(params), headers={"Accept": accept}) as response:
            if response.status_code >= 400:
                response.read()
                return response
            with part.open("wb") as out:
                for chunk in response.iter_bytes(CHUNK_BYTES):
                    out.write(chunk)
            return response


@contextmanager
def _opened(body: Callable[[], Parts] | None) -> Iterator[Parts | tuple[None, None]]:
    parts = body() if body else (None, None)
    try:
        yield parts
    finally:
        for _, opened, *_ in (parts[1] or {}).values():
            opened.close()


def _backoff_s(tried: int, asked: str | None) -> float:
    """Full jitter over 0.25 s, 0.5 s, 1 s … 8 s; never sooner than the server asks, up to a minute."""
    drawn = random.uniform(0, min(8.0, 0.25 * 2**tried))
    return max(drawn, min(60.0, float(asked))) if asked and asked.isdigit() else drawn
