"""I2: the log has no gaps, and tells of legal moves only."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.attempt import Attempt
from models.event import Event
from models.fsck.violation import Violation
from models.job import HELD, Job, JobState
from models.project import Project
from models.transitions import TRANSITIONS

STARTS = {"job.started", "job.restarted"}


def check(session: Session) -> Iterator[Violation]:
    """Violations of I2."""
    yield from _gaps(session)
    yield from _moves(session)
    yield from _attempts(session)


def _gaps(session: Session) -> Iterator[Violation]:
    ranges = select(Event.project_id, func.min(Event.seq), func.max(Event.seq), func.count())
    kept = {row[0]: row[1:] for row in session.execute(ranges.group_by(Event.project_id))}
    for project_id, newest in session.execute(select(Project.id, Project.event_seq)):
        low, high, count = kept.get(project_id, (newest + 1, newest, 0))
        if high - low + 1 != count or high != newest:
            detail = f"{count} events numbered {low} to {high}, the counter at {newest}"
            yield Violation("I2", project_id, detail)


def _moves(session: Session) -> Iterator[Violation]:
    last: dict[str, dict[str, Any]] = {}
    log = select(Event.seq, Event.job_id, Event.type, Event.data).where(Event.job_id.is_not(None))
    for seq, job_id, kind, data in session.execute(log.order_by(Event.project_id, Event.seq)):
        if job_id is None or "to" not in data:
            continue
        before = last.get(job_id)
        for complaint in _illegal(before, kind, data):
            yield Violation("I2", job_id, f"event {seq} {kind}: {complaint}")
        last[job_id] = data
    for job_id, state in session.execute(select(Job.id, Job.state)):
        if job_id in last and last[job_id]["to"] != state.value:
            yield Violation("I2", job_id, f"is {state}, but its last event says {last[job_id]['to']}")


def _illegal(before: dict[str, Any] | None, kind: str, data: dict[str, Any]) -> Iterator[str]:
    source, to = data["from"], JobState(data["to"])
    if before is not None and source != before["to"]:
        yield f"from {source}, but the job was {before['to']}"
    if source is None:
        if to is not JobState.QUEUED:
            yield f"begins as {to}"
    elif source != to.value and to not in TRANSITIONS[JobState(source)]:
        yield f"{source} to {to} is not in the table"
    if before is not None:
        if data["version"] <= before["version"]:
            yield f"version {data['version']} after {before['version']}"
        if data["attempt"] < before["attempt"] + (kind in STARTS):
            yield f"attempt {data['attempt']} after {before['attempt']}"


def _attempts(session: Session) -> Iterator[Violation]:
    numbers: dict[str, list[tuple[int, bool]]] = {}
    rows = select(Attempt.job_id, Attempt.number, Attempt.ended_at).order_by(Attempt.job_id, Attempt.number)
    for job_id, number, ended_at in session.execute(rows):
        numbers.setdefault(job_id, []).append((number, ended_at is None))
    for job_id, attempt, state in session.execute(select(Job.id, Job.attempt, Job.state)):
        expected = [(number, number == attempt and state in HELD) for number in range(1, attempt + 1)]
        if numbers.get(job_id, []) != expected:
            detail = f"{state} at attempt {attempt}, with (attempt, open) {numbers.get(job_id, [])}"
            yield Violation("I2", job_id, detail)
