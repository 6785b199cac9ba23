"""Create workers, and the lead that one sweeper takes."""

import sqlalchemy as sa
from alembic import op

revision: str = "202611220220"
down_revision: str | None = "202611220215"

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "workers",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("pool", sa.String(), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("started_at", TIME, nullable=False),
        sa.Column("seen_at", TIME, nullable=False),
        sa.Column("memory_gib", sa.Double(), nullable=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_workers"),
    )
    op.create_index("ix_workers_pool_seen_at", "workers", ["pool", "seen_at"])
    op.create_table(
        "leaderships",
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=True),
        sa.Column("until", TIME, nullable=True),
        sa.PrimaryKeyConstraint("role", name="pk_leaderships"),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("leaderships")
    op.drop_table("workers")
