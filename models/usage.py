"""Charging projects for compute, with older use counting less; each device of a job counts.

Usage decays with a half-life, but nothing is ever recomputed: instead of shrinking old charges,
newer ones weigh more, s · 2^((t − LANDMARK) / HALF_LIFE). Ratios between projects are those of the
decayed sums at any moment.

What runs is charged when its attempt ends; until then it is counted by the clock.

Source: Cormode, Shkapenyuk, Srivastava, Xu. Forward decay. ICDE 2009.
"""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.attempt import Attempt
from models.job import HELD, Job
from models.project import Project

LANDMARK = datetime(2026, 1, 1, tzinfo=UTC)
HALF_LIFE = timedelta(days=7)


def weight_at(moment: datetime) -> float:
    """How much a second on one device at this moment adds; finite until nineteen years past LANDMARK."""
    return float(2.0 ** ((moment - LANDMARK) / HALF_LIFE))


def charge(session: Session, project_id: str, *, device_s: float, at: datetime) -> None:
    """Add seconds of compute on one device (never negative) to a project's usage."""
    session.execute(
        update(Project)
        .where(Project.id == project_id)
        .values(usage=Project.usage + max(0.0, device_s) * weight_at(at))
        .execution_options(synchronize_session=False)
    )


def running(session: Session, *, at: datetime) -> dict[str, float]:
    """What the attempts that are open now would be charged if they ended, by project."""
    opened = (
        select(Job.project_id, Job.devices, Attempt.started_at)
        .join(Attempt, (Attempt.job_id == Job.id) & (Attempt.number == Job.attempt))
        .where(Job.state.in_(HELD), Attempt.ended_at.is_(None))
    )
    owed: dict[str, float] = {}
    for project_id, devices, started_at in session.execute(opened):
        seconds = devices * max(0.0, (at - started_at) / timedelta(seconds=1))
        owed[project_id] = owed.get(project_id, 0.0) + seconds * weight_at(at)
    return owed


def decayed_s(usage: float, *, at: datetime) -> float:
    """The project's decayed seconds on one device, as people read them."""
    return usage / weight_at(at)
