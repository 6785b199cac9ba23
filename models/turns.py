"""Taking turns at what no single row stands for."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session


def take_turns(session: Session, subject: str) -> None:
    """Wait until no other transaction has taken its turn at the subject; held until this one ends.

    SQLite needs nothing: its writers take turns anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(subject, 0))))
