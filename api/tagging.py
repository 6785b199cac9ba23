"""An ETag for every JSON answer, by its bytes where nothing else tells versions apart.

A weak one: the same answer may travel packed.
"""

from hashlib import sha256

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.answers import PRIVATE
from api.conditional import known_tags, not_modified, unchanged


class TaggedJson:
    """Names what a GET answers, and answers 304 to a caller that has it already."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        await self.app(scope, receive, _Tagged(scope, receive, send).send)


class _Tagged:
    """Holds the start of an answer until its body is there; a stream's goes on at once."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._scope, self._receive, self._send = scope, receive, send
        self._start: Message | None = None

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _untagged(message):
            self._start = message
            return
        if self._start is not None:
            start, self._start = self._start, None
            if not message.get("more_body", False):
                await self._answer(start, message)
                return
            await self._send(start)
        await self._send(message)

    async def _answer(self, start: Message, body: Message) -> None:
        tag = f'"{sha256(body["body"]).hexdigest()[:32]}"'
        headers = MutableHeaders(scope=start)
        if unchanged(known_tags(Headers(scope=self._scope).get("if-none-match")), tag):
            answer = not_modified(f"W/{tag}", cache=headers.get("cache-control", PRIVATE))
            await answer(self._scope, self._receive, self._send)
            return
        headers["ETag"] = f"W/{tag}"
        await self._send(start)
        await self._send(body)


def _untagged(start: Message) -> bool:
    headers = Headers(raw=start["headers"])
    is_json = headers.get("content-type", "").partition(";")[0] == "application/json"
    return start["status"] == 200 and is_json and "etag" not in headers
