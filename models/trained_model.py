"""Trained models: networks that later jobs start from or predict with."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, JsonObject


class TrainedModel(Base):
    """What a job has learned. Its files are the job's artifacts `model.safetensors` and `model.json`.

    `input` is what it accepts: {kind, shape, dtype}.
    """

    __tablename__ = "trained_models"
    __table_args__ = (Index(None, "project_id", "id"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"))
    job_id: Mapped[str] = mapped_column(ForeignKey("jobs.id"), unique=True)
    name: Mapped[str]
    method: Mapped[str]
    config: Mapped[JsonObject]
    input: Mapped[JsonObject]
    created_at: Mapped[datetime]


PREDICT = "predict"
"""Kind of the jobs that assign new samples to a trained model's clusters."""
MODEL_FILES = ("model.safetensors", "model.json")
