"""From new samples and a trained model to a submission: refused where the model cannot read them."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy.orm import Session

from api.errors import Refusal
from api.resources import check_resources, idle_devices
from api.schemas.models import PredictionCreate
from api.services import Services
from api.submissions import find_dataset, modalities_of, placed
from models import queries
from models.dataset import Dataset
from models.submission import Submission
from models.trained_model import PREDICT, TrainedModel


def prepare(
    session: Session, services: Services, project_id: str, model_id: str, asked: PredictionCreate
) -> Submission:
    """The submission that `asked` amounts to.

    Raises:
        NotFound: no such model in the project.
        Refusal: not_found, dataset_rejected, invalid_submission or unschedulable.
    """
    model = queries.get_model(session, project_id, model_id)
    dataset = find_dataset(session, project_id, asked.dataset)
    if found := [*_misfit(model, dataset), *idle_devices(asked.resources, "A prediction")]:
        raise Refusal("invalid_submission", found[0]["message"], errors=found)
    check_resources(session, services.settings, asked.resources)
    submission = Submission(
        dataset_id=dataset.id,
        method=model.method,
        spec={"method": model.method, "model": model.id},
        kind=PREDICT,
        name=asked.name or f"{model.name} on {dataset.name}",
        outputs=asked.outputs.model_dump(mode="json") | {"model": False},
        trained_model_id=model.id,
    )
    return placed(session, asked, submission)


def _misfit(model: TrainedModel, dataset: Dataset) -> Iterator[dict[str, Any]]:
    """Why the model cannot read the samples; of a dataset that is still being checked nothing is said."""
    if dataset.shape is None:
        return
    met: dict[str, Any] = {"kind": dataset.kind, "shape": list(dataset.shape)}
    accepted = {name: model.input[name] for name in met}
    if model.config.get("net", {}).get("type") == "mixed":
        met |= modalities_of(dataset.report)._asdict()
        accepted |= modalities_of(model.input)._asdict()
    if met != accepted:
        message = f"Dataset {dataset.id} holds {_said(met)}; model {model.id} takes {_said(accepted)}."
        yield {"pointer": "/dataset", "code": "model_mismatch", "message": message, "accepted": accepted}


def _said(samples: dict[str, Any]) -> str:
    words = f"{samples['kind']} of shape {samples['shape']}"
    if "views" in samples:
        words += f", {samples['views']} view(s) and {samples['attributes']} attribute(s)"
    return words
