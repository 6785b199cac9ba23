"""Not every caller waits for a database that does not answer: one tries, the others hear at once."""

import threading
import time
from typing import Any

from sqlalchemy.engine import Dialect

SLOW_S = 0.5


class Breaker:
    """Guards the opening of connections: after a slow failure one try at a time, and a pause between.

    libpq waits at least 2 seconds for a host that does not answer; without this each caller would. A
    host that refuses answers at once, so that is tried anew each time.
    """

    def __init__(self, pause_s: float = 1.0) -> None:
        self._pause_s = pause_s
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
            connection = dialect.connect(*args, **parameters)
        except Exception:
            now = time.monotonic()
            self._failed_at = now if now - began > SLOW_S else None
            raise
        self._failed_at = None
        return connection
