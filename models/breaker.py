"""No caller waits long for a database that does not answer: one tries, the others hear at once."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from concurrent.futures import TimeoutError as FutureTimeout
from contextlib import suppress
from typing import Any

from sqlalchemy.engine import Dialect

SLOW_S = 0.5
PATIENCE_S = 0.8


class Breaker:
    """Guards the opening of connections: after a slow failure one try at a time, and a pause between.

    libpq waits at least 2 seconds for a host that does not answer. The try therefore has a thread of its own;
    its caller hears after `patience_s`, and what the try opens later is closed. A host that refuses answers
    at once, so that is tried anew each time.
    """

    def __init__(self, pause_s: float = 1.0, patience_s: float = PATIENCE_S) -> None:
        self._pause_s = pause_s
        self._patience_s = patience_s
        self._failed_at: float | None = None
        self._trial = threading.Lock()

    def connect(self, dialect: Dialect, _record: object, args: Any, parameters: Any) -> Any:
        """Open a connection for SQLAlchemy's event `do_connect`; raises the driver's OperationalError."""
        if self._failed_at is None:
            return self._try(dialect, args, parameters)
        if time.monotonic() - self._failed_at < self._pause_s or not self._trial.acquire(blocking=False):
            raise dialect.loaded_dbapi.OperationalError("the database did not answer a moment ago")
        try:
            return self._try(dialect, args, parameters)
        finally:
            self._trial.release()

    def _try(self, dialect: Dialect, args: Any, parameters: Any) -> Any:
        began = time.monotonic()
        try:
            connection = self._within_patience(lambda: dialect.connect(*args, **parameters))
        except Exception as error:
            now = time.monotonic()
            self._failed_at = now if now - began > SLOW_S else None
            if isinstance(error, FutureTimeout):
                reason = f"the database did not answer within {self._patience_s} s"
                raise dialect.loaded_dbapi.OperationalError(reason) from None
            raise
        self._failed_at = None
        return connection

    def _within_patience(self, connect: Callable[[], Any]) -> Any:
        """What `connect` opens or raises; FutureTimeout once patience is over."""
        opened: Future[Any] = Future()
        threading.Thread(target=self._open, args=(connect, opened), name="connect", daemon=True).start()
        try:
            return opened.result(self._patience_s)
        except FutureTimeout:
            if opened.cancel():
                raise
            return opened.result()

    def _open(self, connect: Callable[[], Any], opened: "Future[Any]") -> None:
        """Fulfill the future; a connection that nobody waits for now only shows that the host is back."""
        try:
            connection = connect()
        except Exception as error:  # noqa: BLE001  whoever waits gets it
            with suppress(InvalidStateError):
                opened.set_exception(error)
            return
        try:
            opened.set_result(connection)
        except InvalidStateError:
            connection.close()
            self._failed_at = None
