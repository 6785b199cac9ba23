"""Create jobs, their attempts and their curves."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "202611220210"
down_revision: str | None = "202611220205"

TIME = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(JSONB(), "postgresql")
INDEXES = (
    ["pool", "state"],
    ["project_id", "id"],
    ["project_id", "state"],
    ["method", "state"],
    ["dataset_id"],
    ["state", "lease_until"],
)


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "jobs",
        *_submitted(),
        *_held(),
        *_reported(),
        *_times(),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name="fk_jobs_project_id"),
        sa.ForeignKeyConstraint(["dataset_id"], ["datasets.id"], name="fk_jobs_dataset_id"),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
    )
    for columns in INDEXES:
        op.create_index(f"ix_jobs_{'_'.join(columns)}", "jobs", columns)
    _create_attempts()
    _create_metric_points()


def downgrade() -> None:
    """Take it back."""
    for table in ("metric_points", "attempts", "jobs"):
        op.drop_table(table)


def _submitted() -> list[sa.Column[Any]]:
    return [
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("project_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("labels", JSON, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("dataset_id", sa.String(), nullable=False),
        sa.Column("trained_model_id", sa.String(), nullable=True),
        sa.Column("spec", JSON, nullable=False),
        sa.Column("spec_sha256", sa.String(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("outputs", JSON, nullable=False),
        sa.Column("pool", sa.String(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("gpu_memory_gib", sa.Double(), nullable=True),
        sa.Column("max_duration_s", sa.Double(), nullable=True),
        sa.Column("start_deadline", TIME, nullable=True),
        sa.Column("retried_from", sa.String(), nullable=True),
        sa.Column("code_version", sa.String(), nullable=True),
    ]


def _held() -> list[sa.Column[Any]]:
    return [
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("lease_token", sa.String(), nullable=True),
        sa.Column("lease_until", TIME, nullable=True),
        sa.Column("worker", sa.String(), nullable=True),
        sa.Column("pause_requested", sa.Boolean(), nullable=False),
        sa.Column("infra_losses", sa.Integer(), nullable=False),
        sa.Column("crashes", sa.Integer(), nullable=False),
        sa.Column("gpu_ooms", sa.Integer(), nullable=False),
    ]


def _reported() -> list[sa.Column[Any]]:
    return [
        sa.Column("progress", JSON, nullable=False),
        sa.Column("checkpoint", JSON, nullable=True),
        sa.Column("summary", JSON, nullable=True),
        sa.Column("error", JSON, nullable=True),
        sa.Column("partial", sa.Boolean(), nullable=False),
        sa.Column("compute_s", sa.Double(), nullable=False),
        sa.Column("environment", JSON, nullable=True),
    ]


def _times() -> list[sa.Column[Any]]:
    kept = ("created_at", "queued_at", "updated_at")
    later = ("started_at", "finished_at", "deleted_at", "purged_at")
    required: list[sa.Column[Any]] = [sa.Column(name, TIME, nullable=False) for name in kept]
    return [*required, *(sa.Column(name, TIME, nullable=True) for name in later)]


def _create_attempts() -> None:
    op.create_table(
        "attempts",
        sa.Column("job_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("worker", sa.String(), nullable=False),
        sa.Column("lease_token", sa.String(), nullable=False),
        sa.Column("started_at", TIME, nullable=False),
        sa.Column("ended_at", TIME, nullable=True),
        sa.Column("cause", sa.String(16), nullable=True),
        sa.Column("exit_code", sa.Integer(), nullable=True),
        sa.Column("signal", sa.Integer(), nullable=True),
        sa.Column("peak_rss_bytes", sa.BigInteger(), nullable=True),
        sa.Column("compute_s", sa.Double(), nullable=False),
        sa.Column("resumed_from", JSON, nullable=True),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name="fk_attempts_job_id"),
        sa.PrimaryKeyConstraint("job_id", "number", name="pk_attempts"),
    )
    op.create_index("ix_attempts_worker_ended_at", "attempts", ["worker", "ended_at"])


def _create_metric_points() -> None:
    op.create_table(
        "metric_points",
        sa.Column("job_id", sa.String(), nullable=False),
        sa.Column("step", sa.BigInteger(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("values", JSON, nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name="fk_metric_points_job_id"),
        sa.PrimaryKeyConstraint("job_id", "step", name="pk_metric_points"),
    )
