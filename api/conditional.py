"""Conditional requests: If-None-Match on reads, If-Match on changes."""

import re
from typing import Annotated

from fastapi import Depends, Header
from starlette.responses import Response

from api.answers import PRIVATE, etag
from api.errors import Refusal

VERSION = re.compile(r"[0-9]{1,18}")


def known_tags(if_none_match: Annotated[str | None, Header()] = None) -> frozenset[str]:
    """The tags of what the caller has."""
    tags = (tag.strip().removeprefix("W/") for tag in (if_none_match or "").split(","))
    return frozenset(tag for tag in tags if tag)


KnownTags = Annotated[frozenset[str], Depends(known_tags)]


def _expected_version(
    if_match: Annotated[str | None, Header(description="Act only on this version.")] = None,
) -> int | None:
    if if_match is None or if_match.strip() == "*":
        return None
    number = if_match.strip().strip('"')
    if not VERSION.fullmatch(number):
        raise Refusal("precondition_failed", f"If-Match {if_match!r} is not an ETag of this resource.")
    return int(number)


ExpectedVersion = Annotated[int | None, Depends(_expected_version)]


def unchanged(known: frozenset[str], tag: str) -> bool:
    """Whether the caller has what `tag` names."""
    return tag in known or "*" in known


def not_modified(tag: str, *, cache: str = PRIVATE) -> Response:
    """304: what the caller has is still so."""
    return Response(status_code=304, headers={"ETag": tag, "Cache-Control": cache})


def versioned(version: int) -> dict[str, str]:
    """The ETag header of a row."""
    return {"ETag": etag(version)}
