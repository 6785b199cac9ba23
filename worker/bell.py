"""The bell: what the API may import of the worker, beside its logs.

A message is only a bell: "something is claimable in this pool". Lost, the sweeper rings again; doubled, the
second claim finds nothing. So ringing never waits, never raises and keeps nothing. Celery is loaded with the
first ring, in the ringing thread: an API starts without it.
"""

import importlib
import threading

import structlog

TIMEOUT_S = 0.2
log = structlog.get_logger(__name__)


class Bell:
    """Rings pools from one background thread, so that no caller ever waits for the broker.

    While the broker hangs, rings of one pool merge; there are never more waiting than pools.
    """

    def __init__(self, timeout_s: float = TIMEOUT_S) -> None:
        self.failures = 0
        self._timeout_s = timeout_s
        self._waiting: set[str] = set()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def ring(self, pool: str) -> None:
        """Ask for a ring and return at once."""
        with self._changed:
            self._waiting.add(pool)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="bell", daemon=True)
                self._thread.start()
            self._changed.notify()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: bool(self._waiting))
                pools, self._waiting = self._waiting, set()
            for pool in sorted(pools):
                self.send(pool)

    def send(self, pool: str) -> None:
        """Ring now, in this thread; a failure is counted and logged."""
        try:
            importlib.import_module("worker.broker").wake(pool, self._timeout_s)
        except Exception as problem:  # noqa: BLE001  whatever a broker does wrong, the sweeper rings again
            self.failures += 1
            log.warning("bell.unheard", pool=pool, failures=self.failures, problem=repr(problem)[:200])


bell = Bell()
