"""Datasets: registering an upload, checking it under a lease, finding and deleting."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from models import clock, ensembles, events
from models.base import JsonObject
from models.dataset import Dataset, DatasetState
from models.errors import Ambiguous, InUse, NotFound, expect_version
from models.ingestion import (
    Canonical,
    IngestClaim,
    accept,
    claim_ingest,
    expire_ingests,
    reject,
    release_ingest,
    renew_ingest,
)
from models.job import TERMINAL, Job
from models.listing import Listing, Page, listing
from models.turns import take_turns

__all__ = [
    "Canonical",
    "DatasetFilters",
    "IngestClaim",
    "Upload",
    "accept",
    "claim_ingest",
    "delete",
    "edit",
    "expire_ingests",
    "find",
    "list_datasets",
    "register",
    "reject",
    "release_ingest",
    "renew_ingest",
]


@dataclass(frozen=True)
class Upload:
    """Bytes that are durably in the store under `upload_key`, and what their sender says of them."""

    id: str
    name: str
    format: str
    upload_key: str
    upload_sha256: str
    size_bytes: int
    options: JsonObject = field(default_factory=dict)
    labels: JsonObject = field(default_factory=dict)


@dataclass(frozen=True)
class DatasetFilters:
    """Which datasets of a project; what is empty does not restrict."""

    states: Sequence[str] = ()
    kind: str | None = None
    labels: dict[str, str] = field(default_factory=dict)
    name_contains: str | None = None
    created_after: datetime | None = None
    created_before: datetime | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """The same in SQL."""
        conditions = [Dataset.labels[name].as_string() == value for name, value in self.labels.items()]
        if self.states:
            conditions.append(Dataset.state.in_([DatasetState(state) for state in self.states]))
        if self.kind is not None:
            conditions.append(Dataset.kind == self.kind)
        if self.name_contains is not None:
            conditions.append(Dataset.name.icontains(self.name_contains, autoescape=True))
        if self.created_after is not None:
            conditions.append(Dataset.created_at > self.created_after)
        if self.created_before is not None:
            conditions.append(Dataset.created_at < self.created_before)
        return conditions


def register(session: Session, project_id: str, upload: Upload) -> tuple[Dataset, bool]:
    """A dataset of an upload, waiting to be checked; or the one that has the same bytes and options.

    The second value says whether a new one was made; if not, the upload's bytes are not needed.
    """
    take_turns(session, f"upload:{project_id}:{upload.upload_sha256}")
    now = clock.now(session)
    same = (
        select(Dataset)
        .where(Dataset.project_id == project_id, Dataset.upload_sha256 == upload.upload_sha256)
        .where(Dataset.state.in_([DatasetState.READY, DatasetState.VALIDATING]))
        .order_by(Dataset.id)
    )
    for known in session.scalars(same):
        if known.options == upload.options and known.format == upload.format:
            return known, False
    dataset = Dataset(
        **vars(upload),
        project_id=project_id,
        state=DatasetState.VALIDATING,
        version=1,
        created_at=now,
        updated_at=now,
    )
    session.add(dataset)
    session.flush()
    data = {"name": dataset.name, "size_bytes": dataset.size_bytes}
    events.append(session, project_id, "dataset.validating", dataset_id=dataset.id, data=data)
    return dataset, True


def find(session: Session, project_id: str, id_or_name: str) -> Dataset:
    """A dataset of the project by its id, or by its name if only one bears it.

    A rejected one is found by its name only where no other bears it; deleted ones not at all.

    Raises:
        NotFound, Ambiguous.
    """
    kept = select(Dataset).where(Dataset.project_id == project_id, Dataset.state != DatasetState.DELETED)
    fresh = kept.execution_options(populate_existing=True)
    by_id = session.scalars(fresh.where(Dataset.id == id_or_name)).one_or_none()
    if by_id is not None:
        return by_id
    named = fresh.where(Dataset.name == id_or_name).order_by(Dataset.id.desc())
    found = session.scalars(named.where(Dataset.state != DatasetState.REJECTED).limit(11)).all()
    found = found or session.scalars(named.limit(1)).all()
    if not found:
        raise NotFound(f"dataset {id_or_name} does not exist")
    if len(found) > 1:
        ids = [dataset.id for dataset in found[:10]]
        raise Ambiguous(
            f"several datasets are named {id_or_name!r}; give an id", met=id_or_name, accepted=ids
        )
    return found[0]


def edit(
    session: Session,
    project_id: str,
    dataset_id: str,
    *,
    name: str | None = None,
    labels: JsonObject | None = None,
    version: int | None = None,
) -> Dataset:
    """Rename or relabel a dataset; what is None stays. Raises NotFound, VersionConflict."""
    dataset = _locked(session, project_id, dataset_id)
    expect_version(f"dataset {dataset_id}", current=dataset.version, expected=version)
    dataset.name = dataset.name if name is None else name
    dataset.labels = dataset.labels if labels is None else labels
    return _changed(session, dataset)


def delete(session: Session, project_id: str, dataset_id: str, *, version: int | None = None) -> Dataset:
    """Delete a dataset; its bytes go when no other dataset shares them. A tombstone stays.

    Raises:
        NotFound, VersionConflict, InUse (jobs that have not ended need it).
    """
    dataset = _locked(session, project_id, dataset_id)
    expect_version(f"dataset {dataset_id}", current=dataset.version, expected=version)
    live = select(Job.id).where(Job.dataset_id == dataset.id, Job.state.not_in(TERMINAL)).limit(10)
    merging = ensembles.users_of_dataset(session, project_id, dataset_id)
    if users := [*session.scalars(live), *merging]:
        detail = f"jobs that have not ended use dataset {dataset.id}: {', '.join(users)}"
        raise InUse(detail, met=users)
    dataset.state = DatasetState.DELETED
    dataset.lease_token = dataset.lease_until = dataset.purged_at = None
    dataset.deleted_at = clock.now(session)
    _changed(session, dataset)
    data = {"version": dataset.version}
    events.append(session, project_id, "dataset.deleted", dataset_id=dataset.id, data=data)
    return dataset


def list_datasets(
    session: Session,
    project_id: str,
    page: Page | None = None,
    filters: DatasetFilters | None = None,
) -> Listing[Dataset]:
    """The project's datasets, newest first unless the page says otherwise; deleted ones not."""
    found = select(Dataset).where(Dataset.project_id == project_id, Dataset.state != DatasetState.DELETED)
    if filters is not None:
        found = found.where(*filters.conditions())
    return listing(session, found, Dataset.id, page or Page())


def _locked(session: Session, project_id: str, dataset_id: str) -> Dataset:
    found = select(Dataset).where(
        Dataset.id == dataset_id, Dataset.project_id == project_id, Dataset.state != DatasetState.DELETED
    )
    fresh = found.with_for_update().execution_options(populate_existing=True)
    dataset = session.scalars(fresh).one_or_none()
    if dataset is None:
        raise NotFound(f"dataset {dataset_id} does not exist")
    return dataset


def _changed(session: Session, dataset: Dataset) -> Dataset:
    dataset.version += 1
    dataset.updated_at = clock.now(session)
    session.flush()
    return dataset
