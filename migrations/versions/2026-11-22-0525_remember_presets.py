"""Remember the preset that a job was submitted by."""

import sqlalchemy as sa
from alembic import op

revision: str = "202611220525"
down_revision: str | None = "202611220220"


def upgrade() -> None:
    """Make the change."""
    op.add_column("jobs", sa.Column("preset", sa.String(), nullable=True))


def downgrade() -> None:
    """Take it back."""
    op.drop_column("jobs", "preset")
