"""The result of a job, as every result route needs it: the job, one clustering, its files."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated

from fastapi import Depends, Query
from sqlalchemy.orm import Session

from api import samples
from api.auth import JobReader
from api.deps import House
from api.errors import Refusal
from api.job_views import poll_after_s, view
from api.services import Services
from api.tables.parquet import ParquetRows
from models import catalog, queries
from models.artifact import Artifact
from models.clustering import Clustering
from models.dataset import Dataset
from models.errors import NotFound
from models.job import Job, JobState


@dataclass(frozen=True)
class Finished:
    """A job that has succeeded, the dataset it read, and the clustering that was asked for."""

    services: Services
    job: Job
    dataset: Dataset | None
    clustering: Clustering | None
    clusterings: tuple[Clustering, ...]
    files: Mapping[str, Artifact]

    @property
    def one(self) -> Clustering:
        """The clustering. Raises Refusal: not_found, of a job that yields none."""
        if self.clustering is None:
            detail = f"A {self.job.kind} job like {self.job.id} yields no clustering."
            raise Refusal("not_found", detail, clusterings=[one.index for one in self.clusterings])
        return self.clustering

    def file(self, name: str, *, missing: str) -> Artifact:
        """A file of the job. Raises Refusal: not_found, saying what is `missing` and what there is."""
        if name not in self.files:
            raise Refusal("not_found", missing, files=sorted(self.files))
        return self.files[name]

    @cached_property
    def ids(self) -> ParquetRows | None:
        """The samples' own ids, where the dataset is still there and has some."""
        return None if self.dataset is None else samples.ids(self.services.store, self.dataset)

    @property
    def images(self) -> str | None:
        """Address of the samples whose pictures can be shown; None for vectors."""
        if self.dataset is None or self.dataset.kind != "images":
            return None
        return f"/v1/datasets/{self.dataset.id}/samples"

    def link(self, path: str, *query: str) -> str:
        """Address of a part of the result, of the clustering that was asked for."""
        if self.clustering is not None and not self.clustering.is_main:
            query = (*query, f"clustering={self.clustering.index}")
        return f"/v1/jobs/{self.job.id}/result/{path}" + ("?" + "&".join(query) if query else "")

    def tag(self, artifact: Artifact) -> str:
        """The entity tag of what is made from a file."""
        return artifact.sha256[:32]


def _finished(
    job_id: str,
    caller: JobReader,
    services: House,
    clustering: Annotated[
        int | None, Query(ge=0, description="Which clustering; default: the main one.")
    ] = None,
) -> Finished:
    with services.database.read() as session:
        job = queries.get_job(session, caller.project_id, job_id)
        if job.state is not JobState.SUCCEEDED:
            raise _not_ready(job, poll_after_s(view(session, job).job))
        found = tuple(queries.clusterings(session, caller.project_id, job_id))
        files = {row.name: row for row in queries.artifacts(session, caller.project_id, job_id)}
        dataset = _dataset(session, job)
    return Finished(services, job, dataset, _chosen(found, clustering), found, files)


Result = Annotated[Finished, Depends(_finished)]


def _dataset(session: Session, job: Job) -> Dataset | None:
    """What the job has read; None once it is deleted, which a result outlives."""
    try:
        return catalog.find(session, job.project_id, job.dataset_id)
    except NotFound:
        return None


def _chosen(found: tuple[Clustering, ...], index: int | None) -> Clustering | None:
    if index is None:
        return next((one for one in found if one.is_main), found[0] if found else None)
    named = {one.index: one for one in found}
    if index not in named:
        raise Refusal("not_found", f"The job has no clustering {index}.", clusterings=sorted(named))
    return named[index]


def _not_ready(job: Job, retry_after_s: int) -> Refusal:
    if job.done:
        return Refusal(
            "no_result", f"Job {job.id} is {job.state.value}; it has no result.", job_error=job.error
        )
    detail = f"Job {job.id} is {job.state.value}; its result is there once it has succeeded."
    return Refusal("result_not_ready", detail, retry_after_s=retry_after_s)
