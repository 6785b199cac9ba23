"""Watching one runner: what it says goes to the outbox, what its owner wants goes to it as signals."""

import selectors
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import structlog
from pydantic import ValidationError

from models.job import JobState
from models.leases import Orders
from worker.child import Child, Ended
from worker.messages import Checkpoint, Failure, Metrics, Progress, Ready, Result, parse
from worker.outbox import Outbox
from worker.pipe import LineTooLongError
from worker.settings import WorkerSettings

Wish = Literal["cancel", "timeout", "drain", "pause"]
TURN_S = 0.2
SIGNALS = {
    "cancel": signal.SIGTERM,
    "timeout": signal.SIGTERM,
    "drain": signal.SIGUSR1,
    "pause": signal.SIGUSR1,
}
log = structlog.get_logger(__name__)


@dataclass
class Watch:
    """One runner from its order to its end.

    `wish` is what was asked of the runner last; it never turns to a weaker one.
    """

    child: Child
    outbox: Outbox
    settings: WorkerSettings
    draining: Callable[[], bool]
    keep_checkpoint: Callable[[Checkpoint], None]
    on_first_progress: Callable[[], None]
    time_limit_s: float | None
    wish: Wish | None = None
    orders: Orders | None = None
    result: Result | None = None
    failure: Failure | None = None
    babble: int = 0
    _started: float = field(default_factory=time.monotonic)
    _kill_at: float = float("inf")
    _checkpoint: Checkpoint | None = None
    _progressed: bool = False

    def until_end(self) -> Ended:
        """Serve the runner until it is gone and its pipe is read out.

        Raises:
            StaleLease: the job is no longer ours; the runner still runs.
        """
        with selectors.DefaultSelector() as selector:
            selector.register(self.child, selectors.EVENT_READ)
            while (ended := self.child.poll()) is None:
                if self.child.silent:
                    time.sleep(TURN_S)
                else:
                    selector.select(TURN_S)
                self._turn()
        while self._hear():
            pass
        self._store_checkpoint()
        return ended

    @property
    def elapsed_s(self) -> float:
        """Wall seconds since the order."""
        return time.monotonic() - self._started

    def _turn(self) -> None:
        self._hear()
        if self.outbox.due():
            self._store_checkpoint()
            self._obey(self.outbox.flush())
        if self.draining():
            self._ask("drain", self.settings.drain_grace_s)
        if self.time_limit_s is not None and self.elapsed_s > self.time_limit_s:
            self._ask("timeout", self.settings.kill_grace_s)
        if time.monotonic() > self._kill_at:
            log.warning("runner.killed", asked=self.wish)
            self.child.kill()
        self.child.cap_log()

    def _obey(self, orders: Orders | None) -> None:
        if orders is None:
            return
        self.orders = orders
        if orders.state is JobState.CANCELING:
            self._ask("cancel", self.settings.kill_grace_s)
        elif orders.pause_requested:
            self._ask("pause", float("inf"))

    def _ask(self, wish: Wish, grace_s: float) -> None:
        """Signal the runner, unless it was asked this or more already."""
        ranks: list[Wish | None] = [None, "pause", "drain", "timeout", "cancel"]
        if ranks.index(wish) <= ranks.index(self.wish):
            return
        log.info("runner.asked", wish=wish, grace_s=grace_s)
        self.wish = wish
        self._kill_at = min(self._kill_at, time.monotonic() + grace_s)
        self.child.signal(SIGNALS[wish])

    def _hear(self) -> int:
        """Take the lines that have arrived; returns how many."""
        count = 0
        try:
            for count, line in enumerate(self.child.lines(), start=1):  # noqa: B007
                self._take(line)
        except LineTooLongError as problem:
            log.warning("runner.line_too_long", detail=str(problem))
            self.child.kill()
        return count

    def _take(self, line: bytes) -> None:
        try:
            message = parse(line)
        except ValidationError:
            self.babble += 1
            if self.babble == 1:
                log.warning("runner.babble", line=line[:200].decode(errors="replace"))
            return
        match message:
            case Progress():
                self.outbox.note_progress(message)
                self._note_first_progress()
            case Metrics():
                self.outbox.note_points(message)
            case Checkpoint():
                self._checkpoint = message
            case Result():
                self.result = message
            case Failure():
                self.failure = message
            case Ready():
                pass

    def _note_first_progress(self) -> None:
        if not self._progressed:
            self._progressed = True
            self.on_first_progress()

    def _store_checkpoint(self) -> None:
        if self._checkpoint is not None:
            message, self._checkpoint = self._checkpoint, None
            self.keep_checkpoint(message)
