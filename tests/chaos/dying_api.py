"""`python -m tests.chaos.dying_api MOMENT`: an API that is killed while it creates a job.

MOMENT is before_commit, after_commit (the hint is not rung) or after_ring (the answer is not sent).
"""

import os
import signal
import sys

from sqlalchemy import event
from sqlalchemy.orm import Session

from api.__main__ import main
from models.job import Job
from worker.bell import bell


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def rig(moment: str) -> None:
    """Put the death where it is wanted."""
    commit = Session.commit

    def note(session: Session) -> None:
        session.info["creates_job"] = session.info.get("creates_job", False) or any(
            isinstance(row, Job) for row in session.new
        )

    def dying_commit(session: Session) -> None:
        creates_job = session.info.get("creates_job", False)
        if creates_job and moment == "before_commit":
            die()
        commit(session)
        if creates_job and moment == "after_commit":
            die()

    def dying_ring(pool: str) -> None:
        bell.send(pool)
        die()

    event.listen(Session, "before_flush", lambda session, *_: note(session))
    Session.commit = dying_commit
    if moment == "after_ring":
        bell.ring = dying_ring


if __name__ == "__main__":
    rig(sys.argv[1])
    sys.exit(main())
