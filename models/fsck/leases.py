"""I3: at most one valid lease per job and per worker."""

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import clock
from models.artifact import Artifact
from models.attempt import Attempt
from models.fsck.violation import Violation
from models.job import HELD, Job


def check(session: Session) -> Iterator[Violation]:
    """Violations of I3."""
    now = clock.now(session)
    valid = select(Job.worker, func.count()).where(Job.state.in_(HELD), Job.lease_until > now)
    for worker, count in session.execute(valid.group_by(Job.worker).having(func.count() > 1)):
        yield Violation("I3", str(worker), f"holds {count} valid leases")
    shared = select(Attempt.lease_token, func.count()).group_by(Attempt.lease_token)
    for _, count in session.execute(shared.having(func.count() > 1)):
        yield Violation("I3", "attempts", f"{count} share one lease token")
    yield from _strangers(session)


def _strangers(session: Session) -> Iterator[Violation]:
    holders = select(Job.id, Job.lease_token, Attempt.lease_token).join(
        Attempt, (Attempt.job_id == Job.id) & (Attempt.number == Job.attempt)
    )
    for job_id, token, opened in session.execute(holders.where(Job.state.in_(HELD))):
        if token != opened:
            yield Violation("I3", job_id, "its lease is not that of its present attempt")
    stale = select(Artifact.job_id, Artifact.name, Artifact.attempt).join(Job, Job.id == Artifact.job_id)
    for job_id, name, attempt in session.execute(stale.where(Artifact.attempt != Job.attempt)):
        yield Violation("I3", job_id, f"file {name} was published by attempt {attempt}, not the last one")
