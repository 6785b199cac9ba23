"""The order of the queue; sharing rules grow here."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case
from sqlalchemy.orm import Session

from models import usage
from models.job import Job
from models.project import Project


def fair_order(session: Session, *, at: datetime) -> tuple[ColumnElement[Any], ...]:
    """What jobs joined with their projects are to be ordered by: the first goes next.

    Priority, then the project that has used least for its weight, then age. What runs counts: else a
    project that fills every slot with jobs of days would go before one that computed for an hour.
    """
    owed = usage.running(session, at=at)
    used = Project.usage + case(owed, value=Project.id, else_=0.0) if owed else Project.usage
    return (Job.priority.desc(), (used / Project.weight).asc(), Job.queued_at.asc(), Job.id.asc())
