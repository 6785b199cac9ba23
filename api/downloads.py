"""Files over HTTP: ranges, entity tags by content, caching for ever."""

import base64
import re
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from api.answers import IMMUTABLE
from api.conditional import not_modified
from api.errors import Refusal
from models.artifact import Artifact
from models.store import Store

FILE: dict[int | str, dict[str, Any]] = {
    200: {"description": "The file", "content": {"application/octet-stream": {}, "*/*": {}}},
    206: {"description": "The part of the file that was asked for", "content": {"*/*": {}}},
    304: {"description": "The caller has it"},
}
RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")


def send(request: Request, store: Store, artifact: Artifact) -> Response:
    """The file, the part of it that the caller asks for, or 304 if the caller has it.

    Raises:
        Refusal: range_not_satisfiable.
    """
    tag = f'"{artifact.sha256}"'
    if tag in request.headers.get("if-none-match", ""):
        return not_modified(tag, cache=IMMUTABLE)
    headers = {
        "ETag": tag,
        "Cache-Control": IMMUTABLE,
        "Accept-Ranges": "bytes",
        "Content-Disposition": f'attachment; filename="{artifact.name}"',
        "Repr-Digest": _digest(artifact.sha256),
    }
    start, stop = wanted_range(request.headers, artifact.size_bytes, tag)
    partial = (start, stop) != (0, artifact.size_bytes)
    if partial:
        headers["Content-Range"] = f"bytes {start}-{stop - 1}/{artifact.size_bytes}"
    headers["Content-Length"] = str(stop - start)
    body = store.stream(artifact.key, start, stop)
    return StreamingResponse(body, 206 if partial else 200, headers, artifact.media_type)


def wanted_range(headers: Mapping[str, str], size: int, tag: str) -> tuple[int, int]:
    """The bytes [start, stop) that a request asks for; all of them without a single valid range.

    Raises:
        Refusal: range_not_satisfiable.
    """
    found = RANGE.fullmatch(headers.get("range", "").strip())
    condition = headers.get("if-range")
    if found is None or found.groups() == ("", "") or (condition is not None and condition != tag):
        return 0, size
    first, last = found.groups()
    start = int(first) if first else max(0, size - int(last))
    stop = min(int(last) + 1, size) if first and last else size
    if start >= stop:
        detail = f"The file has {size} bytes; {found[0]} lies outside."
        told = {"Content-Range": f"bytes */{size}"}
        raise Refusal("range_not_satisfiable", detail, size_bytes=size, headers=told)
    return start, stop


def _digest(sha256: str) -> str:
    return f"sha-256=:{base64.b64encode(bytes.fromhex(sha256)).decode()}:"
