"""Whether a consensus can be made of what a job names, and what exactly that is."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from sqlalchemy.orm import Session

from api.counting import Counts, Misfit, Source
from api.ensemble_labels import Labels, of_a_column, of_a_job, of_values
from api.services import Services
from clustering.params import Problem
from clustering.params.consensus import EnsembleParams, LabelTable, Member
from models import catalog, queries
from models.dataset import Dataset, DatasetState
from models.errors import NotFound
from models.job import Job, JobState

T = TypeVar("T")
MOST_COUNTED = 20_000_000
"""Labels that are read before a job is accepted; of more, the runner says whether they tell enough apart."""


@dataclass
class Ensemble:
    """What a job asks to be merged, followed through the database."""

    services: Services
    session: Session
    dataset: Dataset
    counts: Counts
    sources: list[Source] = field(default_factory=list)
    """In the order of the spec."""
    clusterings: int = 0
    problems: list[Problem] = field(default_factory=list)

    def resolved(self, spec: EnsembleParams) -> EnsembleParams:
        """The spec with ids for names and a number for each main clustering; what cannot be is noted.

        Raises:
            Uncounted: nobody has counted yet what the clusterings tell apart.
        """
        members = [self._tried(self._member, f"/members/{i}", one) for i, one in enumerate(spec.members)]
        tables = [self._tried(self._table, f"/tables/{i}", one) for i, one in enumerate(spec.tables)]
        if not self.problems:
            self.problems += self._together(spec)
        return spec.model_copy(update={"members": tuple(members), "tables": tuple(tables)})

    def _tried(self, resolve: Callable[[str, T], T], at: str, asked: T) -> T:
        try:
            return resolve(at, asked)
        except Misfit as misfit:
            self.problems.append(misfit.problem)
            return asked

    def _member(self, at: str, asked: Member) -> Member:
        try:
            job = queries.get_job(self.session, self.dataset.project_id, asked.job)
        except NotFound as error:
            raise Misfit(f"{at}/job", "not_found", error.detail) from error
        if job.dataset_id != self.dataset.id:
            message = f"Job {job.id} has dataset {job.dataset_id}; accepted are jobs on {self.dataset.id}."
            raise Misfit(f"{at}/job", "other_dataset", message)
        if job.state is not JobState.SUCCEEDED:
            message = f"Job {job.id} is {job.state.value}; accepted are jobs that have succeeded."
            raise Misfit(f"{at}/job", "unfinished_job", message)
        index = self._chosen(at, job, asked.clustering)
        files = {row.name: row.key for row in queries.artifacts(self.session, job.project_id, job.id)}
        key = files[f"labels-{index}.parquet"]
        self._add(Source((key,), partial(of_a_job, self.services, key)))
        return Member(job=job.id, clustering=index)

    def _chosen(self, at: str, job: Job, asked: int | None) -> int:
        found = queries.clusterings(self.session, job.project_id, job.id)
        if not found:
            message = f"A {job.kind} job like {job.id} yields no clustering."
            raise Misfit(f"{at}/job", "no_clustering", message)
        if asked is None:
            return next((one for one in found if one.is_main), found[0]).index
        if asked not in (known := sorted(one.index for one in found)):
            message = f"Job {job.id} has no clustering {asked}."
            raise Misfit(f"{at}/clustering", "not_found", message, {"enum": known})
        return asked

    def _table(self, at: str, asked: LabelTable) -> LabelTable:
        table = self._source(at, asked.dataset)
        if table.state is not DatasetState.READY:
            message = f"Dataset {table.id} is {table.state.value}; accepted are datasets that are ready."
            raise Misfit(f"{at}/dataset", "dataset_not_ready", message)
        if self.dataset.n is not None and table.n != self.dataset.n:
            message = f"Dataset {table.id} labels {table.n} samples; accepted are {self.dataset.n}."
            raise Misfit(f"{at}/dataset", "other_length", message)
        if asked.columns is None:
            self._whole(at, table)
        else:
            for source in [*self._columns(at, table, asked.columns)]:
                self._add(source)
        return asked.model_copy(update={"dataset": table.id if asked.dataset is not None else None})

    def _source(self, at: str, id_or_name: str | None) -> Dataset:
        if id_or_name is None:
            return self.dataset
        try:
            return catalog.find(self.session, self.dataset.project_id, id_or_name)
        except NotFound as error:
            raise Misfit(f"{at}/dataset", "not_found", error.detail) from error

    def _whole(self, at: str, table: Dataset) -> None:
        """All values of a dataset as labels."""
        if table.kind != "vectors" or table.shape is None:
            accepted = {"enum": [[name] for name in table.label_columns]}
            message = f"Dataset {table.id} holds {table.kind}, no table; name some of its label columns."
            raise Misfit(f"{at}/columns", "needs_vectors", message, accepted)
        self._add(Source((table.id,), partial(_whole_numbers, self.services, table, at)), table.shape[0])

    def _columns(self, at: str, table: Dataset, names: tuple[str, ...]) -> Iterator[Source]:
        for place, name in enumerate(names):
            if name not in table.label_columns:
                message = f"Dataset {table.id} has no label column {name!r}."
                accepted = {"enum": list(table.label_columns)}
                raise Misfit(f"{at}/columns/{place}", "not_found", message, accepted)
            yield Source((table.id, name), partial(of_a_column, self.services, table, name))

    def _add(self, source: Source, clusterings: int = 1) -> None:
        self.sources.append(source)
        self.clusterings += clusterings

    def _together(self, spec: EnsembleParams) -> Iterator[Problem]:
        """Whether there are enough clusterings, and whether they tell as many samples apart as asked."""
        if self.clusterings < 2:
            message = f"A consensus needs at least 2 clusterings; the job names {self.clusterings}."
            yield Problem("/members", "ensemble_of_one", message, {"minItems": 2})
        elif (self.dataset.n or 0) * self.clusterings <= MOST_COUNTED:
            try:
                most = self.counts.of(*self.sources)
            except Misfit as misfit:
                yield misfit.problem
                return
            if spec.n_clusters > most:
                message = f"The clusterings tell {most} kinds of samples apart; {spec.n_clusters} are asked."
                yield Problem("/n_clusters", "too_few_label_rows", message, {"maximum": most})


def _whole_numbers(services: Services, table: Dataset, at: str) -> Labels:
    try:
        return of_values(services, table)
    except ValueError as error:
        message = f"{error}; accepted are whole numbers, below 0 where a label is missing."
        raise Misfit(f"{at}/dataset", "not_labels", message) from error
