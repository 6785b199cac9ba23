"""The database as seen by a holder of a lease, which must outlive outages of it."""

import time
from collections.abc import Callable
from typing import TypeVar

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session

from models.session import Database

OUTAGES = (OperationalError, InterfaceError, PoolTimeoutError)
FIRST_PAUSE_S = 0.2
T = TypeVar("T")
log = structlog.get_logger(__name__)


class Contact:
    """Runs short transactions; while the database is away it backs off instead of failing."""

    def __init__(self, database: Database, *, longest_pause_s: float = 5.0) -> None:
        self._database = database
        self._longest_pause_s = longest_pause_s
        self._pause_s = FIRST_PAUSE_S
        self._closed_until = 0.0

    def attempt(self, work: Callable[[Session], T]) -> T | None:
        """Run and commit one transaction; None if the database is away.

        A commit whose answer was lost may have happened: `work` must be fenced by the lease, so that the
        repetition is refused as stale.
        """
        if time.monotonic() < self._closed_until:
            return None
        try:
            with self._database.write() as session:
                done = work(session)
                session.commit()
        except OUTAGES as problem:
            log.warning("database.away", problem=str(problem.__cause__)[:200], pause_s=self._pause_s)
            self._closed_until = time.monotonic() + self._pause_s
            self._pause_s = min(2 * self._pause_s, self._longest_pause_s)
            return None
        self._pause_s = FIRST_PAUSE_S
        return done

    def insist(self, work: Callable[[Session], T], *, give_up: Callable[[], bool]) -> T | None:
        """Repeat a transaction until it is committed; None once `give_up` says so."""
        while (done := self.attempt(work)) is None and not give_up():
            time.sleep(max(0.01, self._closed_until - time.monotonic()))
        return done
