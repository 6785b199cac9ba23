"""Create datasets."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "202611220205"
down_revision: str | None = "202611220200"

TIME = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "datasets",
        *_identity(),
        *_content(),
        *_life(),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name="fk_datasets_project_id"),
        sa.PrimaryKeyConstraint("id", name="pk_datasets"),
    )
    for columns in (["upload_sha256"], ["content_sha256"], ["name"]):
        op.create_index(f"ix_datasets_project_id_{columns[0]}", "datasets", ["project_id", *columns])
    op.create_index("ix_datasets_state", "datasets", ["state"])
    op.create_index("ix_datasets_prefix", "datasets", ["prefix"])


def downgrade() -> None:
    """Take it back."""
    op.drop_table("datasets")


def _identity() -> list[sa.Column[Any]]:
    return [
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("project_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("labels", JSON, nullable=False),
        sa.Column("duplicate_of", sa.String(), nullable=True),
    ]


def _content() -> list[sa.Column[Any]]:
    return [
        sa.Column("n", sa.BigInteger(), nullable=True),
        sa.Column("shape", JSON, nullable=True),
        sa.Column("dtype", sa.String(), nullable=True),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("format", sa.String(), nullable=False),
        sa.Column("options", JSON, nullable=False),
        sa.Column("upload_key", sa.String(), nullable=False),
        sa.Column("upload_sha256", sa.String(), nullable=False),
        sa.Column("content_sha256", sa.String(), nullable=True),
        sa.Column("prefix", sa.String(), nullable=True),
        sa.Column("label_columns", JSON, nullable=False),
        sa.Column("has_ids", sa.Boolean(), nullable=False),
        sa.Column("report", JSON, nullable=True),
        sa.Column("error", JSON, nullable=True),
    ]


def _life() -> list[sa.Column[Any]]:
    return [
        sa.Column("lease_token", sa.String(), nullable=True),
        sa.Column("lease_until", TIME, nullable=True),
        sa.Column("worker", sa.String(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.Column("deleted_at", TIME, nullable=True),
        sa.Column("purged_at", TIME, nullable=True),
    ]
