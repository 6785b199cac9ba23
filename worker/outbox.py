"""What a runner has said and the database has not yet heard."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from models import lifecycle
from models.base import JsonObject
from models.leases import Lease, Orders, Point
from worker.contact import Contact
from worker.messages import Metrics, Progress

POINTS_CAP = 10_000
POINTS_A_WRITE = 1000
REPORT_S = 0.5
TURN_S = 0.05


@dataclass
class Outbox:
    """Buffers reports, merges them to at most two writes a second, and beats the heart of the lease.

    Of progress only the latest counts. Through a long outage the curve is thinned, never cut short.
    """

    contact: Contact
    lease: Lease
    lease_s: float
    heartbeat_s: float
    progress: JsonObject | None = None
    checkpoint: JsonObject | None = None
    points: list[Point] = field(default_factory=list)
    _sent_at: float = field(default_factory=time.monotonic)

    def note_progress(self, message: Progress) -> None:
        """Keep the latest standing."""
        self.progress = message.model_dump(exclude={"type"})

    def note_points(self, message: Metrics) -> None:
        """Keep points of the curves."""
        self.points += [Point(**vars(point)) for point in message.points]
        if len(self.points) > POINTS_CAP:
            self.points = self.points[1::2]

    def due(self) -> bool:
        """Whether it is time to write."""
        since_s = time.monotonic() - self._sent_at
        return since_s >= self.heartbeat_s or (self.waiting() and since_s >= REPORT_S)

    def waiting(self) -> bool:
        """Whether anything was not written yet."""
        return self.progress is not None or self.checkpoint is not None or bool(self.points)

    def flush(self) -> Orders | None:
        """Renew the lease and write what is waiting, in one transaction.

        Returns:
            What the job's owner wants; None while the database is away.

        Raises:
            StaleLease: the job is no longer ours.
        """
        batch = self.points[:POINTS_A_WRITE]
        orders = self.contact.attempt(lambda session: self._write(session, batch))
        if orders is not None:
            self._sent_at = time.monotonic()
            self.progress = self.checkpoint = None
            del self.points[: len(batch)]
        return orders

    def beat(self) -> Orders | None:
        """Renew the lease if that is due; for use between the steps of long work. Raises StaleLease."""
        return self.flush() if time.monotonic() - self._sent_at >= self.heartbeat_s else None

    def flush_all(self, *, give_up: Callable[[], bool]) -> None:
        """Write everything that waits, through an outage too. Raises StaleLease."""
        while self.waiting() and not give_up():
            if self.flush() is None:
                time.sleep(TURN_S)

    def _write(self, session: Session, batch: list[Point]) -> Orders:
        orders = lifecycle.heartbeat(session, self.lease, lease_s=self.lease_s)
        if self.checkpoint is not None:
            lifecycle.checkpointed(session, self.lease, self.checkpoint)
        if self.progress is not None or batch:
            lifecycle.report(session, self.lease, progress=self.progress, points=batch)
        return orders
