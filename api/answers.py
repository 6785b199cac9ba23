"""JSON answers: NaN becomes null, times are RFC 3339, versions travel as ETags."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel
from pydantic_core import to_json
from starlette.responses import Response

PRIVATE = "private, no-cache"
IMMUTABLE = "private, max-age=31536000, immutable"


class Json(Response):
    """A JSON answer; anything pydantic can serialize is accepted."""

    media_type = "application/json"

    def __init__(
        self,
        content: Any,
        status_code: int = 200,
        *,
        headers: Mapping[str, str] | None = None,
        media_type: str | None = None,
    ) -> None:
        super().__init__(content, status_code, dict(headers or {}), media_type)
        self.headers.setdefault("Cache-Control", PRIVATE)

    def render(self, content: Any) -> bytes:
        return encode(content)


def encode(content: Any) -> bytes:
    """The JSON text of `content`, NaN and infinities as null."""
    return to_json(content, inf_nan_mode="null", by_alias=True)


def etag(version: int) -> str:
    """The entity tag of a row's version."""
    return f'"{version}"'


def pick(view: BaseModel, fields: frozenset[str] | None) -> dict[str, Any]:
    """The view as a dictionary, only `fields` of it when given (`id` always stays)."""
    return view.model_dump(include=set(fields | {"id"}) if fields else None)
