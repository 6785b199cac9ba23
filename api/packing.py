"""Compressed JSON for callers that take gzip; files and streams go as they are."""

from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from api.tables.formats import MEDIA

AS_THEY_ARE = (*DEFAULT_EXCLUDED_CONTENT_TYPES, *(form for form in MEDIA.values() if "json" not in form))
FILES = ("/artifacts", "/files")
SMALLEST_BYTES, LEVEL = 2000, 4


class PackedJson:
    """Compresses answers of some size, but no stored file: those have digests and ranges."""

    def __init__(self, app: ASGIApp) -> None:
        self.plain = app
        self.packed = GZipMiddleware(app, SMALLEST_BYTES, LEVEL, exclude_content_types=AS_THEY_ARE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        stored = scope["type"] != "http" or scope["path"].rpartition("/")[0].endswith(FILES)
        await (self.plain if stored else self.packed)(scope, receive, send)
