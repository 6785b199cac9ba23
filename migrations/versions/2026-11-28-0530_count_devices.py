"""Count the devices that a job asks for, and those of a worker."""

import sqlalchemy as sa
from alembic import op

revision: str = "202611280530"
down_revision: str | None = "202611280150"


def upgrade() -> None:
    """Make the change."""
    op.add_column("jobs", sa.Column("devices", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("workers", sa.Column("devices", sa.Integer(), nullable=False, server_default="1"))


def downgrade() -> None:
    """Take it back."""
    op.drop_column("workers", "devices")
    op.drop_column("jobs", "devices")
