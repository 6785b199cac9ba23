"""Projects: whose everything is."""

from datetime import datetime

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base

DEFAULT_PROJECT = "default"


class Project(Base):
    """A group of people who share datasets, jobs and a place in the queue.

    `usage` is forward-decayed compute seconds (see models.usage): between projects only its ratio
    to `weight` matters. `event_seq` is the number of the project's newest event.
    """

    __tablename__ = "projects"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    weight: Mapped[float] = mapped_column(default=1.0)
    usage: Mapped[float] = mapped_column(default=0.0)
    event_seq: Mapped[int] = mapped_column(BigInteger, default=0)
