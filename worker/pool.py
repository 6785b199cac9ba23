"""Celery's prefork pool for a worker of one slot, which may lose its process at any instruction.

With a transport that has no event loop, such as folders, the pool reads its tasks under a lock shared with
its processes. One that is killed while it waits takes the lock with it, and the next never gets a task.
"""

from typing import Any, Self

from billiard.pool import Pool
from celery.concurrency.prefork import TaskPool


class NoLock:
    """Stands for a lock where one process reads and one writes."""

    def acquire(self, *_: Any) -> bool:
        """Always free."""
        return True

    def release(self) -> None:
        """Nothing is held."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


class OneProcessPool(Pool):  # type: ignore[misc]
    """A pool of one process, whose queues therefore need no locks."""

    def _setup_queues(self) -> None:
        super()._setup_queues()
        for queue in (self._inqueue, self._outqueue):
            queue._rlock = queue._wlock = NoLock()


class SlotPool(TaskPool):  # type: ignore[misc]
    """The prefork pool; for `--concurrency 1` only."""

    BlockingPool = OneProcessPool
