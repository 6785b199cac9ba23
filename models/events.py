"""The event log: appended with the change it tells of, read in order."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from models import clock
from models.base import JsonObject
from models.errors import NotFound
from models.event import Event
from models.project import Project


def append(
    session: Session,
    project_id: str,
    kind: str,
    *,
    job_id: str | None = None,
    dataset_id: str | None = None,
    data: JsonObject,
) -> Event:
    """Add an event with the project's next number.

    The counter row stays locked until the transaction ends, so numbers become visible in order and
    a rolled back one is used again. Take locks on jobs and datasets before, never after.
    """
    seq = session.execute(
        update(Project)
        .where(Project.id == project_id)
        .values(event_seq=Project.event_seq + 1)
        .returning(Project.event_seq)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    if seq is None:
        raise NotFound(f"project {project_id} does not exist")
    event = Event(
        project_id=project_id,
        seq=seq,
        type=kind,
        job_id=job_id,
        dataset_id=dataset_id,
        at=clock.now(session),
        data=data,
    )
    session.add(event)
    session.flush()
    return event


def after(
    session: Session, project_id: str, seq: int, limit: int = 500, *, job_id: str | None = None
) -> Sequence[Event]:
    """Events numbered above `seq`, oldest first; of one job if it is given."""
    found = select(Event).where(Event.project_id == project_id, Event.seq > seq)
    if job_id is not None:
        found = found.where(Event.job_id == job_id)
    return session.scalars(found.order_by(Event.seq).limit(limit)).all()


def latest_seq(session: Session, project_id: str) -> int:
    """The number of the project's newest event, 0 if there is none yet."""
    found = select(Project.event_seq).where(Project.id == project_id)
    return session.scalars(found).one_or_none() or 0


def earliest_seq(session: Session, project_id: str) -> int:
    """The number of the oldest event still kept; one past the newest if none is."""
    kept = session.scalars(select(func.min(Event.seq)).where(Event.project_id == project_id)).one()
    return latest_seq(session, project_id) + 1 if kept is None else kept


def latest_seqs(session: Session) -> dict[str, int]:
    """The newest event number of every project: one query for a tailer."""
    rows = session.execute(select(Project.id, Project.event_seq)).all()
    return {row.id: row.event_seq for row in rows}


def newest_at(session: Session, job_id: str) -> datetime | None:
    """When the newest event of a job was written."""
    found = select(Event.at).where(Event.job_id == job_id).order_by(Event.seq.desc()).limit(1)
    return session.scalars(found).one_or_none()


def trim(session: Session, *, before: datetime) -> int:
    """Forget events older than that moment; returns how many. What is kept has no gaps."""
    gone = 0
    horizon = select(Event.project_id, func.max(Event.seq)).where(Event.at < before)
    for project_id, seq in session.execute(horizon.group_by(Event.project_id)).all():
        old = delete(Event).where(Event.project_id == project_id, Event.seq <= seq)
        gone += session.execute(old).rowcount  # type: ignore[attr-defined]
    return gone
