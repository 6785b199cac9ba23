"""Whether the database keeps what it is given."""

import secrets

from sqlalchemy import delete
from sqlalchemy.orm import Session

from models.leadership import Leadership


def write(session: Session) -> None:
    """Write a row and take it back: once the caller has committed, the database can write.

    It is a lead in a role of its own, which nothing refers to and nobody else waits for.
    """
    role = f"probe-{secrets.token_hex(8)}"
    session.add(Leadership(role=role))
    session.flush()
    session.execute(delete(Leadership).where(Leadership.role == role))
