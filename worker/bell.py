"""The bell: what the API may import of the worker, beside its logs.

A message is only a bell: "something is claimable in this pool". Lost, the sweeper rings again; doubled, the
second claim finds nothing. So ringing never waits, never raises and keeps nothing. Celery is loaded with the
first ring, in the ringing thread: an API starts without it.
"""

import importlib
import threading
from collections.abc import Callable
from types import ModuleType

import structlog

TIMEOUT_S = 0.2
log = structlog.get_logger(__name__)


class Bell:
    """Rings pools from one background thread, so that no caller ever waits for the broker.

    While the broker hangs, rings of one pool merge; there are never more waiting than pools.
    """

    def __init__(self, timeout_s: float = TIMEOUT_S) -> None:
        self.failures = 0
        self._rung = False
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
        self._rung = True
        problem = _problem(lambda broker: broker.wake(pool, self._timeout_s))
        if problem is not None:
            self.failures += 1
            log.warning("bell.unheard", pool=pool, failures=self.failures, problem=problem)

    def heard(self) -> bool:
        """Whether the broker answers now; taken for granted before the first ring, which loads Celery."""
        return not self._rung or _problem(lambda broker: broker.greet(self._timeout_s)) is None


def _problem(talk: Callable[[ModuleType], None]) -> str | None:
    """What a broker did wrong, whatever it was: the sweeper rings again."""
    try:
        talk(importlib.import_module("worker.broker"))
    except Exception as problem:  # noqa: BLE001
        return repr(problem)[:200]
    return None


bell = Bell()
