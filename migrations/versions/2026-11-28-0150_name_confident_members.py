"""Name the members that are most surely a cluster's."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "202611280150"
down_revision: str | None = "202611272230"

JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    """Make the change."""
    op.add_column("clusters", sa.Column("confident", JSON, nullable=True))


def downgrade() -> None:
    """Take it back."""
    op.drop_column("clusters", "confident")
