"""Jobs: the row is the job."""

from datetime import datetime
from enum import IntEnum, StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, JsonObject, text_enum


class JobState(StrEnum):
    """Where a job is in its life; models.transitions says what may follow what."""

    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"
    CANCELING = "canceling"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"
    EXPIRED = "expired"


class Priority(IntEnum):
    """Bands of the queue; a higher one goes first."""

    LOW = 0
    NORMAL = 1
    HIGH = 2


class Job(Base):
    """One clustering or pretraining to be done.

    `version` grows with every visible change. While a worker holds the job, `attempt` and
    `lease_token` name its lease. `queued_at` is the job's place in the queue and outlives a pause.
    `infra_losses`, `crashes` and `gpu_ooms` count what the retry budgets are spent on. `gpu_memory_gib` is
    asked of each of the `devices`.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        Index(None, "pool", "state"),
        Index(None, "project_id", "id"),
        Index(None, "project_id", "state"),
        Index(None, "method", "state"),
        Index(None, "dataset_id"),
        Index(None, "state", "lease_until"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"))
    name: Mapped[str]
    labels: Mapped[JsonObject] = mapped_column(default=dict)
    kind: Mapped[str]
    method: Mapped[str]
    preset: Mapped[str | None]
    dataset_id: Mapped[str] = mapped_column(ForeignKey("datasets.id"))
    trained_model_id: Mapped[str | None]
    spec: Mapped[JsonObject]
    seed: Mapped[int] = mapped_column(BigInteger, default=0)
    outputs: Mapped[JsonObject] = mapped_column(default=dict)
    pool: Mapped[str]
    priority: Mapped[int] = mapped_column(default=Priority.NORMAL)
    devices: Mapped[int] = mapped_column(default=1, server_default="1")
    gpu_memory_gib: Mapped[float | None]
    max_duration_s: Mapped[float | None]
    start_deadline: Mapped[datetime | None]
    state: Mapped[JobState] = mapped_column(text_enum(JobState))
    version: Mapped[int] = mapped_column(default=1)
    attempt: Mapped[int] = mapped_column(default=0)
    lease_token: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    worker: Mapped[str | None]
    pause_requested: Mapped[bool] = mapped_column(default=False)
    infra_losses: Mapped[int] = mapped_column(default=0)
    crashes: Mapped[int] = mapped_column(default=0)
    gpu_ooms: Mapped[int] = mapped_column(default=0)
    progress: Mapped[JsonObject] = mapped_column(default=dict)
    checkpoint: Mapped[JsonObject | None]
    summary: Mapped[JsonObject | None]
    error: Mapped[JsonObject | None]
    partial: Mapped[bool] = mapped_column(default=False)
    compute_s: Mapped[float] = mapped_column(default=0.0)
    spec_sha256: Mapped[str]
    retried_from: Mapped[str | None]
    code_version: Mapped[str | None]
    environment: Mapped[JsonObject | None]
    created_at: Mapped[datetime]
    queued_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    updated_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]
    purged_at: Mapped[datetime | None]

    @property
    def done(self) -> bool:
        """True once the job has ended, in whatever way."""
        return self.state in TERMINAL

    @property
    def batch_size(self) -> int | None:
        """What the next attempt uses: the spec's, halved for each time that a GPU ran out of memory."""
        asked: int | None = self.spec.get("batch_size")
        return None if asked is None else max(SMALLEST_BATCH, asked >> self.gpu_ooms)


SMALLEST_BATCH = 2
TERMINAL = frozenset({JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELED, JobState.EXPIRED})
LIVE = frozenset(JobState) - TERMINAL
HELD = frozenset({JobState.RUNNING, JobState.CANCELING})
