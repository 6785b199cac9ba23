"""Attempts: each time a worker held a job."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, JsonObject, text_enum


class Cause(StrEnum):
    """Why an attempt ended."""

    SUCCEEDED = "succeeded"
    CANCELED = "canceled"
    PAUSED = "paused"
    USER = "user"
    TIMEOUT = "timeout"
    DRAIN = "drain"
    INFRA = "infra"
    CRASH = "crash"
    GPU_OOM = "gpu_oom"


class Attempt(Base):
    """One attempt, numbered from 1 within its job. `compute_s` is what the project is charged
    for each device of the job."""

    __tablename__ = "attempts"
    __table_args__ = (Index(None, "worker", "ended_at"),)

    job_id: Mapped[str] = mapped_column(ForeignKey("jobs.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    worker: Mapped[str]
    lease_token: Mapped[str]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    cause: Mapped[Cause | None] = mapped_column(text_enum(Cause))
    exit_code: Mapped[int | None]
    signal: Mapped[int | None]
    peak_rss_bytes: Mapped[int | None] = mapped_column(BigInteger)
    compute_s: Mapped[float] = mapped_column(default=0.0)
    resumed_from: Mapped[JsonObject | None]
