"""Reading jobs and their results. What is foreign or missing is NotFound alike."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from models.artifact import Artifact
from models.attempt import Attempt
from models.cluster import Cluster
from models.clustering import Clustering
from models.errors import NotFound
from models.job import LIVE, Job, JobState
from models.listing import Listing, Page, listing
from models.metric_point import MetricPoint
from models.trained_model import TrainedModel

__all__ = ["JobFilters", "Listing", "Page"]


@dataclass(frozen=True)
class JobFilters:
    """Which jobs of a project; what is empty does not restrict."""

    states: Sequence[str] = ()
    methods: Sequence[str] = ()
    kind: str | None = None
    preset: str | None = None
    dataset_id: str | None = None
    created_after: datetime | None = None
    created_before: datetime | None = None
    labels: dict[str, str] = field(default_factory=dict)
    name_contains: str | None = None


def list_jobs(
    session: Session, project_id: str, page: Page | None = None, filters: JobFilters | None = None
) -> Listing[Job]:
    """The project's jobs, newest first unless the page says otherwise; deleted ones not."""
    return listing(session, _filtered(project_id, filters or JobFilters()), Job.id, page or Page())


def _filtered(project_id: str, filters: JobFilters) -> Select[Job]:
    found = select(Job).where(Job.project_id == project_id, Job.deleted_at.is_(None))
    if filters.states:
        found = found.where(Job.state.in_([JobState(state) for state in filters.states]))
    if filters.methods:
        found = found.where(Job.method.in_(filters.methods))
    if filters.kind is not None:
        found = found.where(Job.kind == filters.kind)
    if filters.preset is not None:
        found = found.where(Job.preset == filters.preset)
    if filters.dataset_id is not None:
        found = found.where(Job.dataset_id == filters.dataset_id)
    if filters.created_after is not None:
        found = found.where(Job.created_at > filters.created_after)
    if filters.created_before is not None:
        found = found.where(Job.created_at < filters.created_before)
    if filters.name_contains is not None:
        found = found.where(Job.name.icontains(filters.name_contains, autoescape=True))
    for name, value in filters.labels.items():
        found = found.where(Job.labels[name].as_string() == value)
    return found


def get_job(session: Session, project_id: str, job_id: str) -> Job:
    """A job as it is now. Raises NotFound, also if it was deleted."""
    found = select(Job).where(Job.id == job_id, Job.project_id == project_id, Job.deleted_at.is_(None))
    job = session.scalars(found.execution_options(populate_existing=True)).one_or_none()
    if job is None:
        raise NotFound(f"job {job_id} does not exist")
    return job


def attempts(session: Session, project_id: str, job_id: str) -> Sequence[Attempt]:
    """The job's attempts, first to last. Raises NotFound."""
    job = get_job(session, project_id, job_id)
    return session.scalars(select(Attempt).where(Attempt.job_id == job.id).order_by(Attempt.number)).all()


def metric_points(
    session: Session, project_id: str, job_id: str, *, after_step: int = -1
) -> Sequence[MetricPoint]:
    """The points of the job's curves above a step, in order. Raises NotFound."""
    job = get_job(session, project_id, job_id)
    found = select(MetricPoint).where(MetricPoint.job_id == job.id, MetricPoint.step > after_step)
    return session.scalars(found.order_by(MetricPoint.step)).all()


def clusterings(session: Session, project_id: str, job_id: str) -> Sequence[Clustering]:
    """The job's clusterings in order; none before it has succeeded. Raises NotFound."""
    job = get_job(session, project_id, job_id)
    found = select(Clustering).where(Clustering.job_id == job.id)
    return session.scalars(found.order_by(Clustering.index)).all()


def get_clustering(session: Session, project_id: str, job_id: str, index: int = 0) -> Clustering:
    """One clustering of a job. Raises NotFound."""
    found = [one for one in clusterings(session, project_id, job_id) if one.index == index]
    if not found:
        raise NotFound(f"job {job_id} has no clustering {index}")
    return found[0]


def clusters(session: Session, project_id: str, job_id: str, *, clustering: int = 0) -> Sequence[Cluster]:
    """The clusters of one of the job's clusterings in order. Raises NotFound."""
    parent = get_clustering(session, project_id, job_id, clustering)
    found = select(Cluster).where(Cluster.clustering_id == parent.id)
    return session.scalars(found.order_by(Cluster.index)).all()


def artifacts(session: Session, project_id: str, job_id: str) -> Sequence[Artifact]:
    """The job's files by name. Raises NotFound."""
    job = get_job(session, project_id, job_id)
    return session.scalars(select(Artifact).where(Artifact.job_id == job.id).order_by(Artifact.name)).all()


def get_artifact(session: Session, project_id: str, job_id: str, name: str) -> Artifact:
    """One file of a job. Raises NotFound."""
    job = get_job(session, project_id, job_id)
    artifact = session.get(Artifact, (job.id, name))
    if artifact is None:
        raise NotFound(f"job {job_id} has no file {name}")
    return artifact


def list_models(session: Session, project_id: str, page: Page | None = None) -> Listing[TrainedModel]:
    """The project's trained models, newest first unless the page says otherwise."""
    found = select(TrainedModel).where(TrainedModel.project_id == project_id)
    return listing(session, found, TrainedModel.id, page or Page())


def get_model(session: Session, project_id: str, model_id: str) -> TrainedModel:
    """A trained model. Raises NotFound."""
    model = session.get(TrainedModel, model_id)
    if model is None or model.project_id != project_id:
        raise NotFound(f"model {model_id} does not exist")
    return model


def model_files(session: Session, project_id: str, model_id: str) -> Sequence[Artifact]:
    """The files of a trained model, also when its job was deleted. Raises NotFound."""
    model = get_model(session, project_id, model_id)
    return files_of_models(session, [model])[model.id]


def files_of_models(session: Session, models: Sequence[TrainedModel]) -> dict[str, list[Artifact]]:
    """The files of each model by its id, found by one statement however many models there are."""
    of_job = {model.job_id: model.id for model in models}
    found = select(Artifact).where(Artifact.job_id.in_(of_job), Artifact.name.startswith("model."))
    files: dict[str, list[Artifact]] = {model.id: [] for model in models}
    for file in session.scalars(found.order_by(Artifact.name)):
        files[of_job[file.job_id]].append(file)
    return files


def live_jobs_by_pool(session: Session) -> dict[str, dict[str, int]]:
    """How many jobs are queued, running and so on in each pool, over all projects."""
    counted = select(Job.pool, Job.state, func.count()).where(Job.state.in_(LIVE))
    pools: dict[str, dict[str, int]] = {}
    for pool, state, count in session.execute(counted.group_by(Job.pool, Job.state)):
        pools.setdefault(pool, {})[state.value] = count
    return pools
