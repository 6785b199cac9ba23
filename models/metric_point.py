"""Metric points: the curves of a job while it trains."""

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, JsonObject


class MetricPoint(Base):
    """The values at one step. Steps count epochs over all stages; a resumed job overwrites by step."""

    __tablename__ = "metric_points"

    job_id: Mapped[str] = mapped_column(ForeignKey("jobs.id"), primary_key=True)
    step: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    stage: Mapped[str]
    epoch: Mapped[int]
    values: Mapped[JsonObject]
