"""Who is there to work."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import and_, delete, or_, select
from sqlalchemy.orm import Session

from models import clock
from models.worker import Worker, WorkerState

ONLINE_S = 60.0
FORGOTTEN_AFTER = timedelta(days=1)
LEFT_FORGOTTEN_AFTER = timedelta(hours=1)
"""Who has left in good order is soon started again, or not meant to be."""


@dataclass(frozen=True)
class Sighting:
    """What a worker says of itself."""

    name: str
    pool: str
    device: str
    host: str
    pid: int
    memory_gib: float | None = None
    devices: int = 1
    state: WorkerState = WorkerState.ONLINE


def seen(session: Session, sighting: Sighting) -> Worker:
    """Note that a worker is alive; another process under the same name starts anew."""
    now = clock.now(session)
    worker = session.get(Worker, sighting.name)
    if worker is None:
        worker = Worker(name=sighting.name, started_at=now)
        session.add(worker)
    elif worker.pid != sighting.pid or worker.host != sighting.host:
        worker.started_at = now
    for name, value in vars(sighting).items():
        setattr(worker, name, value)
    worker.seen_at = now
    session.flush()
    return worker


def online(
    session: Session, pool: str | None = None, *, state: WorkerState = WorkerState.ONLINE
) -> Sequence[Worker]:
    """The workers heard of in the last ONLINE_S seconds that take jobs, of one pool or of all."""
    since = clock.now(session) - timedelta(seconds=ONLINE_S)
    found = select(Worker).where(Worker.seen_at >= since, Worker.state == state)
    if pool is not None:
        found = found.where(Worker.pool == pool)
    return session.scalars(found.order_by(Worker.pool, Worker.name)).all()


def known(session: Session, pool: str | None = None) -> Sequence[Worker]:
    """The workers of one pool or of all that are there or may come back.

    Those are the ones that take jobs, drain, wait for disk space, fell silent in the last day or left in
    good order in the last hour: what one of them could run is worth waiting for.
    """
    found = select(Worker).order_by(Worker.pool, Worker.name)
    return session.scalars(found if pool is None else found.where(Worker.pool == pool)).all()


def forget_absent(session: Session) -> None:
    """Drop the workers not heard of for a day, and for an hour those whose last word was that they drain."""
    now = clock.now(session)
    silent = Worker.seen_at < now - FORGOTTEN_AFTER
    left = and_(Worker.state == WorkerState.DRAINING, Worker.seen_at < now - LEFT_FORGOTTEN_AFTER)
    session.execute(delete(Worker).where(or_(silent, left)))
