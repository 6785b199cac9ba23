"""Events: what happened in a project, in one order."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, JsonObject


class Event(Base):
    """One thing that happened. `seq` has no gaps within a project. The log outlives its subjects."""

    __tablename__ = "events"
    __table_args__ = (Index(None, "job_id", "seq"), Index(None, "at"))

    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    type: Mapped[str]
    job_id: Mapped[str | None]
    dataset_id: Mapped[str | None]
    at: Mapped[datetime]
    data: Mapped[JsonObject]
