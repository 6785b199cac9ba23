"""Workers, as they last reported."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, text_enum
from models.capacity import Capacity


class WorkerState(StrEnum):
    """Whether a worker takes new jobs."""

    ONLINE = "online"
    DRAINING = "draining"
    FULL = "storage_full"


class Worker(Base):
    """One slot that runs jobs of a pool, one at a time, on up to so many `devices`.

    `device` is the first of them, `memory_gib` the memory of each if they are accelerators.
    """

    __tablename__ = "workers"
    __table_args__ = (Index(None, "pool", "seen_at"),)

    name: Mapped[str] = mapped_column(primary_key=True)
    pool: Mapped[str]
    device: Mapped[str]
    host: Mapped[str]
    pid: Mapped[int]
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    memory_gib: Mapped[float | None]
    devices: Mapped[int] = mapped_column(default=1, server_default="1")
    state: Mapped[WorkerState] = mapped_column(text_enum(WorkerState), default=WorkerState.ONLINE)

    @property
    def capacity(self) -> Capacity:
        """What it has for a job."""
        return Capacity(self.devices, self.memory_gib)
