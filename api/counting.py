"""Counting what the clusterings of an ensemble tell apart, while no transaction is open.

Millions of labels take seconds to read, and on SQLite nobody else could write in the meantime.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from api.ensemble_labels import Labels, distinct_rows
from clustering.params import Problem

T = TypeVar("T")


class Misfit(Exception):
    """A member or a table that cannot be merged."""

    def __init__(self, at: str, code: str, message: str, accepted: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.problem = Problem(at, code, message, accepted)


@dataclass(frozen=True)
class Source:
    """Labels (n, c) in the store, which never change under their name."""

    name: tuple[str, ...]
    read: Callable[[], Labels] = field(compare=False)


class Uncounted(Exception):
    """A count is needed that nobody has made yet."""

    def __init__(self, sources: tuple[Source, ...]) -> None:
        super().__init__(sources)
        self.sources = sources


class Counts:
    """How many different rows labels have side by side, as far as counted."""

    def __init__(self) -> None:
        self._known: dict[tuple[Source, ...], int | Misfit] = {}

    def of(self, *sources: Source) -> int:
        """The rows that these have side by side.

        Raises:
            Uncounted: they were not counted yet.
            Misfit: some are no labels.
        """
        if sources not in self._known:
            raise Uncounted(sources)
        found = self._known[sources]
        if isinstance(found, Misfit):
            raise found
        return found

    def add(self, sources: tuple[Source, ...]) -> None:
        """Read and count these."""
        try:
            self._known[sources] = distinct_rows(source.read() for source in sources)
        except Misfit as misfit:
            self._known[sources] = misfit


def counted(work: Callable[[Counts], T]) -> T:
    """What `work` gives once every count that it needs is known; it begins anew after each that it lacks."""
    counts = Counts()
    while True:
        try:
            return work(counts)
        except Uncounted as lacking:
            counts.add(lacking.sources)
