"""I7: charges are what attempts took, once."""

import math
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import usage
from models.attempt import Attempt
from models.fsck.violation import Violation
from models.job import Job
from models.project import Project

SLACK_S = 1.0


def check(session: Session) -> Iterator[Violation]:
    """Violations of I7."""
    charged: dict[str, float] = defaultdict(float)
    usages: dict[str, float] = defaultdict(float)
    slots: dict[str, list[Attempt]] = defaultdict(list)
    ended = select(Attempt, Job.project_id, Job.devices).join(Job, Job.id == Attempt.job_id)
    for attempt, project_id, devices in session.execute(ended.where(Attempt.ended_at.is_not(None))):
        charged[attempt.job_id] += attempt.compute_s
        usages[project_id] += devices * attempt.compute_s * usage.weight_at(_end(attempt))
        slots[attempt.worker].append(attempt)
    for job_id, compute_s in session.execute(select(Job.id, Job.compute_s)):
        if abs(compute_s - charged[job_id]) > SLACK_S:
            detail = f"charged {compute_s:.1f} s, its attempts {charged[job_id]:.1f} s"
            yield Violation("I7", job_id, detail)
    for project_id, used in session.execute(select(Project.id, Project.usage)):
        if not math.isclose(used, usages[project_id], rel_tol=1e-6, abs_tol=1e-6):
            yield Violation("I7", project_id, f"usage {used}, by its attempts {usages[project_id]}")
    for worker, attempts in slots.items():
        yield from _slot(worker, attempts)


def _slot(worker: str, attempts: list[Attempt]) -> Iterator[Violation]:
    first = min(attempt.started_at for attempt in attempts)
    wall_s = (max(_end(attempt) for attempt in attempts) - first) / timedelta(seconds=1)
    total_s = sum(attempt.compute_s for attempt in attempts)
    if total_s > wall_s + SLACK_S:
        yield Violation("I7", worker, f"charged {total_s:.1f} s in {wall_s:.1f} s")
    for attempt in attempts:
        took_s = (_end(attempt) - attempt.started_at) / timedelta(seconds=1)
        if not 0 <= attempt.compute_s <= took_s + SLACK_S:
            detail = f"attempt {attempt.number} charged {attempt.compute_s:.1f} s of {took_s:.1f} s"
            yield Violation("I7", attempt.job_id, detail)


def _end(attempt: Attempt) -> datetime:
    return attempt.ended_at or attempt.started_at
