"""Say of a clustering which dimensions it is about, and how many samples it leaves out."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "202611272230"
down_revision: str | None = "202611220525"

JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    """Make the change."""
    op.add_column("clusterings", sa.Column("n_outliers", sa.BigInteger(), nullable=True))
    op.add_column("clusterings", sa.Column("weights", JSON, nullable=True))
    op.add_column("clusterings", sa.Column("n_dimensions", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Take it back."""
    for name in ("n_dimensions", "weights", "n_outliers"):
        op.drop_column("clusterings", name)
