"""The one clock of the service: the database's."""

from datetime import UTC, datetime

from sqlalchemy import text
from sqlalchemy.orm import Session


def now(session: Session) -> datetime:
    """The present moment, aware and in UTC, by the database's clock.

    It moves on inside a transaction. Resolution: a microsecond on PostgreSQL, a millisecond on SQLite.
    """
    if session.get_bind().dialect.name == "sqlite":
        stamp: str = session.execute(text("SELECT strftime('%Y-%m-%d %H:%M:%f', 'now')")).scalar_one()
        return datetime.fromisoformat(stamp).replace(tzinfo=UTC)
    moment: datetime = session.execute(text("SELECT clock_timestamp()")).scalar_one()
    return moment.astimezone(UTC)
