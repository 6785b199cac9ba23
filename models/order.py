"""The order of the queue; sharing rules grow here."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, extract, func, select
from sqlalchemy.orm import aliased

from models import usage
from models.attempt import Attempt
from models.job import Job
from models.project import Project


def fair_order(now: datetime) -> tuple[ColumnElement[Any], ...]:
    """By priority, then by what the job's project has used for its weight, then by age.

    What a project's running attempts have taken so far counts as used: they are charged as they end, and
    until then a project with long jobs would look as if it had never used anything.
    """
    used = Project.usage + _running_s(now) * usage.weight_at(now)
    return Job.priority.desc(), (used / Project.weight).asc(), Job.queued_at.asc(), Job.id.asc()


def _running_s(now: datetime) -> ColumnElement[float]:
    """Seconds that the open attempts of a row's project have taken."""
    running = aliased(Job)
    since = now.timestamp() - extract("epoch", Attempt.started_at)
    return (
        select(func.coalesce(func.sum(since), 0.0))
        .join(running, running.id == Attempt.job_id)
        .where(running.project_id == Project.id, Attempt.ended_at.is_(None))
        .correlate(Project)
        .scalar_subquery()
    )
