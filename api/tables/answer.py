"""The answer of every table route: a JSON page, or the whole table as a stream."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Query, Request
from starlette.responses import Response, StreamingResponse

from api.answers import PRIVATE
from api.conditional import not_modified
from api.paging import MAX_LIMIT, listing
from api.tables.formats import MEDIA, Format, choose
from api.tables.render import as_csv, as_npy, as_parquet, json_rows, rows_of
from api.tables.table import Table

STREAMS: dict[str, Callable[[Table], Iterator[bytes]]] = {"csv": as_csv, "parquet": as_parquet, "npy": as_npy}
PAGE_VALUES = 2**18


@dataclass(frozen=True)
class Asked:
    """Which part of a table and in which form."""

    after: int
    limit: int
    form: str | None


def _asked(
    after: Annotated[int, Query(ge=-1, description="JSON: rows that follow this index.")] = -1,
    limit: Annotated[int, Query(description="JSON: rows of a page, 1…500; fewer if wide.")] = 100,
    format: Format = None,  # noqa: A002
) -> Asked:
    return Asked(after, min(max(limit, 1), MAX_LIMIT), format)


TableAsked = Annotated[Asked, Depends(_asked)]


def offered(table: Table) -> Sequence[str]:
    """The forms that a table comes in."""
    return ("json", "csv", "parquet", "npy") if table.array else ("json", "csv", "parquet")


def answer(request: Request, asked: Asked, table: Table, *, tag: str) -> Response:
    """The table as asked for; `tag` changes when the table does.

    Raises:
        Refusal: not_acceptable.
    """
    form = choose(request, asked.form, offered(table))
    tag = f'"{tag}-{form}"'
    if tag in request.headers.get("if-none-match", ""):
        return not_modified(tag)
    if form == "json":
        start = asked.after + 1
        stop = start + min(asked.limit, rows_of(table, PAGE_VALUES))
        rows, more = json_rows(table, start, stop), stop < table.n
        page = listing(request, rows, has_more=more, last=start + len(rows) - 1)
        page.headers.update({"ETag": tag, "Vary": "Accept"})
        return page
    headers = {
        "ETag": tag,
        "Vary": "Accept",
        "Cache-Control": PRIVATE,
        "Content-Disposition": f'attachment; filename="{table.name}.{form}"',
    }
    return StreamingResponse(STREAMS[form](table), headers=headers, media_type=MEDIA[form])
