"""Create the manifest of files, clusterings with their clusters, and trained models."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "202611220215"
down_revision: str | None = "202611220210"

TIME = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    """Make the change."""
    _create_artifacts()
    _create_clusterings()
    _create_clusters()
    _create_trained_models()


def downgrade() -> None:
    """Take it back."""
    for table in ("trained_models", "clusters", "clusterings", "artifacts"):
        op.drop_table(table)


def _create_artifacts() -> None:
    op.create_table(
        "artifacts",
        sa.Column("job_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name="fk_artifacts_job_id"),
        sa.PrimaryKeyConstraint("job_id", "name", name="pk_artifacts"),
    )


def _create_clusterings() -> None:
    op.create_table(
        "clusterings",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("job_id", sa.String(), nullable=False),
        sa.Column("project_id", sa.String(), nullable=False),
        sa.Column("index", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("n_clusters", sa.Integer(), nullable=False),
        sa.Column("metrics", JSON, nullable=False),
        sa.Column("agreement", JSON, nullable=False),
        sa.Column("warnings", JSON, nullable=False),
        sa.Column("is_main", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name="fk_clusterings_job_id"),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name="fk_clusterings_project_id"),
        sa.PrimaryKeyConstraint("id", name="pk_clusterings"),
        sa.UniqueConstraint("job_id", "index", name="uq_clusterings_job_id_index"),
    )
    op.create_index("ix_clusterings_project_id", "clusterings", ["project_id"])


def _create_clusters() -> None:
    op.create_table(
        "clusters",
        sa.Column("clustering_id", sa.String(), nullable=False),
        sa.Column("index", sa.Integer(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("share", sa.Double(), nullable=False),
        sa.Column("dispersion", sa.Double(), nullable=True),
        sa.Column("silhouette", sa.Double(), nullable=True),
        sa.Column("nearest", JSON, nullable=True),
        sa.Column("purity", JSON, nullable=True),
        sa.Column("center", JSON, nullable=True),
        sa.Column("decoded", sa.String(), nullable=True),
        sa.Column("medoid", sa.BigInteger(), nullable=True),
        sa.Column("typical", JSON, nullable=False),
        sa.Column("boundary", JSON, nullable=False),
        sa.ForeignKeyConstraint(["clustering_id"], ["clusterings.id"], name="fk_clusters_clustering_id"),
        sa.PrimaryKeyConstraint("clustering_id", "index", name="pk_clusters"),
    )


def _create_trained_models() -> None:
    op.create_table(
        "trained_models",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("project_id", sa.String(), nullable=False),
        sa.Column("job_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("config", JSON, nullable=False),
        sa.Column("input", JSON, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name="fk_trained_models_job_id"),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name="fk_trained_models_project_id"),
        sa.PrimaryKeyConstraint("id", name="pk_trained_models"),
        sa.UniqueConstraint("job_id", name="uq_trained_models_job_id"),
    )
    op.create_index("ix_trained_models_project_id_id", "trained_models", ["project_id", "id"])
