"""Leadership: of several sweepers, one acts."""

from datetime import datetime, timedelta

from sqlalchemy import or_, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import clock
from models.base import Base
from models.upsert import insert_into


class Leadership(Base):
    """Who leads in a role, and until when unless renewed."""

    __tablename__ = "leaderships"

    role: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str | None]
    until: Mapped[datetime | None]


def lead(session: Session, *, role: str, holder: str, lease_s: float) -> bool:
    """Take or keep the lead for `lease_s` seconds; False if another process has it."""
    now = clock.now(session)
    vacancy = insert_into(session, Leadership).values(role=role, holder=None, until=None)
    session.execute(vacancy.on_conflict_do_nothing(index_elements=["role"]))
    move = (
        update(Leadership)
        .where(Leadership.role == role)
        .where(or_(Leadership.holder.is_(None), Leadership.holder == holder, Leadership.until < now))
        .values(holder=holder, until=now + timedelta(seconds=lease_s))
        .returning(Leadership.role)
        .execution_options(synchronize_session=False)
    )
    return session.execute(move).scalar_one_or_none() is not None


def step_down(session: Session, *, role: str, holder: str) -> None:
    """Give the lead up, if this holder has it."""
    session.execute(
        update(Leadership)
        .where(Leadership.role == role, Leadership.holder == holder)
        .values(holder=None, until=None)
        .execution_options(synchronize_session=False)
    )
