"""Lists: `limit`, `after`, `before`, `order`, the filters that all lists share, and the answer's envelope."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal
from urllib.parse import quote, urlencode

from fastapi import Depends, Query, Request
from pydantic import Field

from api.answers import Json
from api.errors import Refusal
from api.schemas.base import LABEL_KEY, Moment
from models.listing import COUNT_CAP, Page

MAX_LIMIT = 500
Cursor = Annotated[str, Field(pattern=r"^(ds|job|mdl)_[0-9A-HJKMNP-TV-Z]{26}$")]


def _page(
    limit: Annotated[int, Query(description="Rows of a page; brought into 1…500.")] = 50,
    after: Annotated[Cursor | None, Query(description="Rows that follow this id.")] = None,
    before: Annotated[Cursor | None, Query(description="Rows that come before this id.")] = None,
    order: Annotated[Literal["desc", "asc"], Query(description="desc: newest first.")] = "desc",
    count: Annotated[bool, Query(description=f"Say how many rows there are, up to {COUNT_CAP}.")] = False,
) -> Page:
    if after is not None and before is not None:
        raise Refusal("bad_request", "Give `after` or `before`, not both.")
    return Page(limit=min(max(limit, 1), MAX_LIMIT), after=after, before=before, order=order, count=count)


Paging = Annotated[Page, Depends(_page)]


@dataclass(frozen=True)
class Common:
    """Filters of every list."""

    labels: dict[str, str]
    name_contains: str | None
    created_after: datetime | None
    created_before: datetime | None


def _common(
    request: Request,
    name_contains: Annotated[
        str | None, Query(alias="name~", description="Part of the name.", max_length=200)
    ] = None,
    created_after: Annotated[Moment | None, Query()] = None,
    created_before: Annotated[Moment | None, Query()] = None,
    _label: Annotated[
        str | None, Query(alias="label.*", description="`label.<key>=<value>`: rows with this label.")
    ] = None,
) -> Common:
    given = request.query_params.items()
    labels = {name.removeprefix("label."): value for name, value in given if name.startswith("label.")}
    if odd := [name for name in labels if not re.fullmatch(LABEL_KEY, name)]:
        raise Refusal("bad_request", f"No label bears the name {odd[0]!r}.")
    return Common(labels, name_contains, created_after, created_before)


Filters = Annotated[Common, Depends(_common)]


def words(given: str | None, accepted: Sequence[str] | None = None, *, parameter: str) -> frozenset[str]:
    """The comma-separated words of a query parameter.

    Raises:
        Refusal: a word that is not accepted.
    """
    found = frozenset(word.strip() for word in (given or "").split(",") if word.strip())
    unknown = sorted(found.difference(accepted)) if accepted is not None else []
    if unknown:
        detail = f"{parameter}={unknown[0]} is not accepted."
        raise Refusal("bad_request", detail, accepted=sorted(accepted or ()))
    return found


def listing(
    request: Request,
    rows: Sequence[Mapping[str, Any]],
    *,
    has_more: bool,
    last: str | int | None = None,
    turn: str | None = None,
    total: int | None = None,
) -> Json:
    """The page as JSON, with the way to the next one in the body and in a Link header.

    Args:
        rows: the page, each row with an `id` unless `last` is given.
        last: what the next page comes after.
        turn: the query parameter that says so; default: the one this page was asked with.
        total: the rows on all pages, if the caller asked for their number.
    """
    cursor = last if last is not None else (rows[-1]["id"] if rows else None)
    following = _next(request, cursor, turn) if has_more and cursor is not None else None
    headers = {"Link": f'<{following}>; rel="next"'} if following else {}
    body: dict[str, Any] = {"data": rows, "has_more": has_more, "next": following}
    if total is not None:
        body["total"] = total if total <= COUNT_CAP else f"{COUNT_CAP}+"
    return Json(body, headers=headers)


def _next(request: Request, cursor: str | int, turn: str | None) -> str:
    turn = turn or ("before" if "before" in request.query_params else "after")
    cursors = ("after", "before", turn)
    kept = [(name, value) for name, value in request.query_params.multi_items() if name not in cursors]
    return f"{quote(request.url.path)}?{urlencode([*kept, (turn, cursor)])}"
