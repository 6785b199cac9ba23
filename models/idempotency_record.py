"""Idempotency records."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, JsonObject


class IdempotencyRecord(Base):
    """The answer once given to a request, by the key its sender chose."""

    __tablename__ = "idempotency_records"

    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"), primary_key=True)
    route: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str]
    status: Mapped[int]
    headers: Mapped[JsonObject]
    body: Mapped[JsonObject]
    created_at: Mapped[datetime] = mapped_column(index=True)
