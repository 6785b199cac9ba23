"""Datasets: what people upload, once it is checked and in canonical form."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, JsonList, JsonObject, text_enum


class DatasetState(StrEnum):
    """Where a dataset is in its life."""

    VALIDATING = "validating"
    READY = "ready"
    REJECTED = "rejected"
    DELETED = "deleted"


class Dataset(Base):
    """n samples of one shape. The content never changes; name and labels may.

    `prefix` is where the canonical files lie in the store; duplicates share it. `kind` (vectors or
    images), `n`, `shape` (of one sample) and `dtype` are known once the dataset is ready.
    """

    __tablename__ = "datasets"
    __table_args__ = (
        Index(None, "project_id", "upload_sha256"),
        Index(None, "project_id", "content_sha256"),
        Index(None, "project_id", "name"),
        Index(None, "state"),
        Index(None, "prefix"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"))
    name: Mapped[str]
    kind: Mapped[str | None]
    state: Mapped[DatasetState] = mapped_column(text_enum(DatasetState))
    version: Mapped[int] = mapped_column(default=1)
    n: Mapped[int | None] = mapped_column(BigInteger)
    shape: Mapped[JsonList | None]
    dtype: Mapped[str | None]
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    format: Mapped[str]
    options: Mapped[JsonObject] = mapped_column(default=dict)
    upload_key: Mapped[str]
    upload_sha256: Mapped[str]
    content_sha256: Mapped[str | None]
    prefix: Mapped[str | None]
    label_columns: Mapped[JsonList] = mapped_column(default=list)
    has_ids: Mapped[bool] = mapped_column(default=False)
    report: Mapped[JsonObject | None]
    error: Mapped[JsonObject | None]
    labels: Mapped[JsonObject] = mapped_column(default=dict)
    duplicate_of: Mapped[str | None]
    lease_token: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    worker: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]
    purged_at: Mapped[datetime | None]
