"""From a job as asked for to a submission: normalized, and refused when it can never run."""

from dataclasses import replace
from typing import Any

from pydantic import ValidationError
from sqlalchemy.orm import Session

from api import __version__
from api.counting import Counts
from api.ensembles import Ensemble
from api.errors import Refusal
from api.resources import check_resources, idle_devices
from api.schemas.jobs import JobCreate, Resources
from api.schemas.models import PredictionCreate
from api.services import Services
from clustering.params import MethodParams, Problem, StartingParams, parse, problems
from clustering.params.consensus import EnsembleParams
from clustering.params.initial_problems import initial_problems
from clustering.params.problems import Beside, Kind, idle_problems
from models import catalog, clock, queries
from models.base import JsonObject
from models.dataset import Dataset, DatasetState
from models.errors import NotFound
from models.job import Priority
from models.submission import Submission
from models.trained_model import PREDICT


def prepare(
    session: Session, services: Services, project_id: str, asked: JobCreate, *, counts: Counts
) -> Submission:
    """The submission that `asked` amounts to.

    Raises:
        Refusal: not_found, dataset_rejected, invalid_submission or unschedulable.
        Uncounted: `counts` lacks what its ensemble tells apart.
    """
    dataset = find_dataset(session, project_id, asked.dataset)
    spec, found = checked_spec(session, services, dataset, asked, counts=counts)
    if found:
        raise Refusal("invalid_submission", found[0]["message"], errors=found)
    check_resources(session, services.settings, asked.resources, batch_norms=spec.has_batch_norms)
    submission = Submission(
        dataset_id=dataset.id,
        method=spec.model_dump()["method"],
        spec=spec.model_dump(mode="json"),
        kind=spec.kind,
        preset=asked.preset,
        name=asked.name or "",
        seed=asked.seed,
        outputs=asked.outputs.model_dump(mode="json"),
        trained_model_id=getattr(asked.spec, "initial_model", None),
    )
    return placed(session, asked, submission)


def placed(session: Session, asked: JobCreate | PredictionCreate, submission: Submission) -> Submission:
    """The submission with where and when it may run, under the caller's labels, by this version.

    Raises:
        Refusal: invalid_submission, if it may no longer start.
    """
    resources, scheduling = asked.resources, asked.scheduling
    latest = scheduling.start_deadline
    if latest is not None and latest <= (now := clock.now(session)):
        message = f"The job would have to start by {latest.isoformat()}; it is {now.isoformat()}."
        entry = {"pointer": "/scheduling/start_deadline", "code": "past", "message": message}
        raise Refusal("invalid_submission", message, errors=[entry | {"accepted": {"gt": now.isoformat()}}])
    return replace(
        submission,
        labels=asked.labels,
        pool=resources.pool,
        priority=Priority[scheduling.priority.upper()],
        devices=resources.devices,
        gpu_memory_gib=resources.gpu_memory_gib,
        max_duration_s=resources.max_duration_s,
        start_deadline=scheduling.start_deadline,
        code_version=__version__,
    )


def renewed(session: Session, services: Services, asked: Submission) -> Submission:
    """A job's submission, to be submitted once more: still readable, still schedulable, by this version.

    Raises:
        Refusal: invalid_submission or unschedulable.
    """
    try:
        batch_norms = asked.kind != PREDICT and parse(asked.spec).has_batch_norms
    except ValidationError as error:
        message = f"Job {asked.retried_from} is of a version whose specs this one cannot read."
        entry = _entry("/spec", "unreadable_spec", message)
        raise Refusal("invalid_submission", message, errors=[entry]) from error
    resources = Resources.model_construct(
        pool=asked.pool, devices=asked.devices, gpu_memory_gib=asked.gpu_memory_gib
    )
    check_resources(session, services.settings, resources, batch_norms=batch_norms)
    return replace(asked, code_version=__version__)


def find_dataset(session: Session, project_id: str, id_or_name: str) -> Dataset:
    """The dataset a job names.

    Raises:
        Refusal: not_found or dataset_rejected, pointing at the field.
    """
    try:
        dataset = catalog.find(session, project_id, id_or_name)
    except NotFound as error:
        raise Refusal(
            "not_found", error.detail, errors=[_entry("/dataset", "not_found", error.detail)]
        ) from error
    if dataset.state is DatasetState.REJECTED:
        reason = (dataset.error or {}).get("detail", "")
        raise Refusal(
            "dataset_rejected", f"Dataset {dataset.id} was rejected: {reason}", dataset_error=dataset.error
        )
    return dataset


def checked_spec(
    session: Session, services: Services, dataset: Dataset, asked: JobCreate, *, counts: Counts
) -> tuple[MethodParams, list[dict[str, Any]]]:
    """The spec with ids for whatever else it names, and why it cannot be run.

    The method cannot be fitted to the dataset, or not from the model or of the clusterings that it names.
    While the dataset is still being read, only fields without effect are told.

    Raises:
        Uncounted: `counts` lacks what its ensemble tells apart.
    """
    spec, found = asked.spec, [*_misfits(dataset, asked), *_of_the_model(session, dataset, asked)]
    if isinstance(spec, EnsembleParams):
        ensemble = Ensemble(services, session, dataset, counts)
        spec = ensemble.resolved(spec)
        found += ensemble.problems
    told = [
        _entry(f"{asked.pointer}{one.field}", one.code, one.message, accepted=one.accepted) for one in found
    ]
    return spec, told if spec.trains_a_net else [*told, *idle_devices(asked.resources, spec.title)]


def _misfits(dataset: Dataset, asked: JobCreate) -> list[Problem]:
    if dataset.state is not DatasetState.READY or dataset.n is None or dataset.shape is None:
        return list(idle_problems(asked.spec))
    kind: Kind = "images" if dataset.kind == "images" else "vectors"
    shape, beside = tuple(dataset.shape), modalities_of(dataset.report)
    return problems(asked.spec, kind=kind, shape=shape, n=dataset.n, beside=beside)


def modalities_of(told: JsonObject | None) -> Beside:
    """Views and attributes, as a dataset's report or a model's input tells them."""
    told = told or {}
    return Beside(told.get("views", 1), len(told.get("attributes", ())))


def _of_the_model(session: Session, dataset: Dataset, asked: JobCreate) -> list[Problem]:
    """Why the job cannot start from the trained model that its spec names, if it names one."""
    spec = asked.spec
    if not isinstance(spec, StartingParams) or spec.initial_model is None:
        return []
    try:
        model = queries.get_model(session, dataset.project_id, spec.initial_model)
        trained = parse(model.config)
    except NotFound as error:
        return [Problem("/initial_model", "not_found", error.detail, None)]
    except ValidationError:
        message = f"Model {spec.initial_model} was trained by a version that this one cannot read."
        return [Problem("/initial_model", "unreadable_model", message, None)]
    shape = None if dataset.shape is None else tuple(dataset.shape)
    return initial_problems(
        spec,
        trained,
        shape=shape,
        trained_shape=tuple(model.input["shape"]),
        besides=(modalities_of(dataset.report), modalities_of(model.input)),
    )


def _entry(pointer: str, code: str, message: str, **more: Any) -> dict[str, Any]:
    return {"pointer": pointer, "code": code, "message": message, **more}
