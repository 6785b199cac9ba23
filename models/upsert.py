"""INSERT … ON CONFLICT, which both engines spell alike and SQLAlchemy keeps in two places."""

from typing import Any

from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from models.base import Base


def insert_into(session: Session, table: type[Base]) -> Any:
    """The session's engine's INSERT, with `on_conflict_do_update` and `on_conflict_do_nothing`."""
    sqlite = session.get_bind().dialect.name == "sqlite"
    return sqlite_insert(table) if sqlite else postgresql_insert(table)
