"""Pages of a list, by key and never by offset."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

LARGEST_PAGE = 500
COUNT_CAP = 10_000

T = TypeVar("T")


@dataclass(frozen=True)
class Page:
    """Which part of a list: `limit` rows (coerced to 1…500) after or before one, exclusive.

    Newest first, unless `order` is asc. `before` walks back towards the beginning of the list.
    `count` asks for the number of rows on all pages.
    """

    limit: int = 50
    after: str | None = None
    before: str | None = None
    order: Literal["desc", "asc"] = "desc"
    count: bool = False

    @property
    def size(self) -> int:
        """The number of rows, within bounds."""
        return min(max(self.limit, 1), LARGEST_PAGE)


@dataclass(frozen=True)
class Listing(Generic[T]):
    """Rows of a page, in the list's order; `has_more` in the direction of the walk.

    `total`: the rows on all pages if they were to be counted, at most COUNT_CAP + 1.
    """

    rows: Sequence[T]
    has_more: bool
    next: str | None
    total: int | None = None


def listing(session: Session, found: Select[T], key: InstrumentedAttribute[str], page: Page) -> Listing[T]:
    """The page of a statement whose rows are told apart and ordered by `key`."""
    total = counted(session, found, key) if page.count else None
    newest_first = page.order == "desc"
    if page.after is not None:
        found = found.where(key < page.after if newest_first else key > page.after)
    if page.before is not None:
        found = found.where(key > page.before if newest_first else key < page.before)
    backwards = page.before is not None and page.after is None
    descending = newest_first != backwards
    ordered = found.order_by(key.desc() if descending else key.asc()).limit(page.size + 1)
    rows: list[Any] = list(session.scalars(ordered.execution_options(populate_existing=True)))
    has_more = len(rows) > page.size
    rows = rows[: page.size]
    if backwards:
        rows.reverse()
    edge = rows[0 if backwards else -1] if rows else None
    following = getattr(edge, key.key) if has_more and edge is not None else None
    return Listing(rows, has_more, following, total)


def counted(session: Session, found: Select[T], key: InstrumentedAttribute[str]) -> int:
    """How many rows a statement finds; counting stops just past COUNT_CAP."""
    capped = found.with_only_columns(key).limit(COUNT_CAP + 1)
    return session.scalars(select(func.count()).select_from(capped.subquery())).one()
