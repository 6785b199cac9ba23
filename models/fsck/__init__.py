"""The checker: does what the database and the store hold keep the promises of the service?

I1  every job ends in exactly one terminal event, or is claimable, held or paused now
I2  events have no gaps; each move of a job is in the table; attempts count up
I3  at most one valid lease per job and per worker
I4  what a succeeded job has pinned exists, whole, and nothing else is kept for it
I5  one idempotency key or upload, one object; a ready dataset has its files
I7  nobody is charged twice, nor for more than the wall time
"""

from sqlalchemy import text
from sqlalchemy.orm import Session

from models.fsck import answers, charges, events, files, jobs, leases
from models.fsck.violation import Violation
from models.store import Store

__all__ = ["Violation", "check"]


def check(session: Session, store: Store) -> list[Violation]:
    """All violations found; none is what a healthy service shows at any moment.

    Reads everything, the pinned files too: it takes as long as reading them does. Give it a session
    that has read nothing yet, so that what it sees of a busy service is of one moment.
    """
    if session.get_bind().dialect.name == "postgresql" and not session.in_transaction():
        session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
    return [
        *jobs.check(session),
        *events.check(session),
        *leases.check(session),
        *files.check(session, store),
        *answers.check(session),
        *charges.check(session),
    ]
