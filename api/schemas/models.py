"""Trained models as they travel."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

from pydantic import Field

from api.schemas.base import NO_LABELS, In, JsonObject, Labels, Name, Out
from api.schemas.jobs import Outputs, Resources, Scheduling
from models.artifact import Artifact
from models.trained_model import TrainedModel


class PredictionCreate(In):
    """New samples that a trained model is to assign to its clusters."""

    name: Name | None = None
    dataset: Annotated[
        str,
        Field(
            min_length=1,
            max_length=200,
            description="Id, or name where it is unique; of samples like those that the model was fitted to.",
        ),
    ]
    outputs: Outputs = Outputs()
    resources: Resources = Resources()
    scheduling: Scheduling = Scheduling()
    labels: Labels = NO_LABELS


class ModelFileOut(Out):
    """A file of a trained model."""

    name: str
    size_bytes: int
    sha256: str
    media_type: str
    href: str


class ModelOut(Out):
    """What a job has learned: later jobs can start from it or predict with it; `input` is what it accepts."""

    id: str
    name: str
    method: str
    job: str
    config: JsonObject
    input: JsonObject
    created_at: datetime
    files: list[ModelFileOut]
    links: dict[str, str]


def model_out(model: TrainedModel, files: Iterable[Artifact]) -> ModelOut:
    """The wire form of a row and its files."""
    here = f"/v1/models/{model.id}"
    return ModelOut(
        id=model.id,
        name=model.name,
        method=model.method,
        job=model.job_id,
        config=model.config,
        input=model.input,
        created_at=model.created_at,
        files=[
            ModelFileOut(
                name=file.name,
                size_bytes=file.size_bytes,
                sha256=file.sha256,
                media_type=file.media_type,
                href=f"{here}/files/{file.name}",
            )
            for file in files
        ],
        links={"self": here, "job": f"/v1/jobs/{model.job_id}", "predictions": f"{here}/predictions"},
    )
