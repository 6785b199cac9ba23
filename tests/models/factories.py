"""Rows for tests, with as little as a test wants to say."""

import hashlib
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import catalog, lifecycle, projects, queue
from models.dataset import Dataset
from models.ids import new_id
from models.job import Job
from models.leases import Lease
from models.project import Project
from models.publication import ArtifactRow, ClusteringRow, ClusterRow, Publication, TrainedModelRow
from models.store import Store
from models.submission import Submission
from models.trained_model import TrainedModel


def project(session: Session, name: str = "default", **columns: Any) -> Project:
    """A project; columns as given."""
    found = projects.get_or_create(session, name)
    for column, value in columns.items():
        setattr(found, column, value)
    session.flush()
    return found


def upload(**fields: Any) -> catalog.Upload:
    """An upload whose bytes nobody has seen before."""
    dataset_id = new_id("ds")
    given = {
        "id": dataset_id,
        "name": "digits",
        "format": "npz",
        "upload_key": f"uploads/{dataset_id}",
        "upload_sha256": hashlib.sha256(dataset_id.encode()).hexdigest(),
        "size_bytes": 1000,
    }
    return catalog.Upload(**(given | fields))


def canonical(dataset_id: str, **fields: Any) -> catalog.Canonical:
    """What checking a small set of vectors might say."""
    given = {
        "kind": "vectors",
        "n": 100,
        "shape": [4],
        "dtype": "float32",
        "size_bytes": 1600,
        "content_sha256": hashlib.sha256(dataset_id.encode()).hexdigest(),
        "prefix": f"datasets/{dataset_id}/c1",
    }
    return catalog.Canonical(**(given | fields))


def dataset(session: Session, owner: Project | None = None, *, n: int = 100, name: str = "digits") -> Dataset:
    """A ready dataset."""
    owner = owner or project(session)
    row, _ = catalog.register(session, owner.id, upload(name=name))
    claim = catalog.claim_ingest(session, worker="ingest", lease_s=60)
    assert claim is not None
    assert claim.dataset.id == row.id
    return catalog.accept(session, claim, canonical(row.id, n=n))


def job(session: Session, owner: Project | None = None, *, on: Dataset | None = None, **fields: Any) -> Job:
    """A queued job on a ready dataset."""
    owner = owner or project(session)
    on = on or dataset(session, owner)
    given = {"dataset_id": on.id, "method": "dcn", "spec": {"method": "dcn", "n_clusters": 3}}
    return lifecycle.submit(session, owner.id, Submission(**(given | fields)))


def retry(session: Session, project_id: str, job_id: str) -> Job:
    """A queued job like one that has ended."""
    return lifecycle.submit(session, project_id, lifecycle.again(session, project_id, job_id))


def claim(session: Session, *, worker: str = "cpu@here-1", lease_s: float = 60, **fields: Any) -> queue.Claim:
    """The claim of a worker that finds a job."""
    taken = queue.claim(session, pool=fields.pop("pool", "cpu"), worker=worker, lease_s=lease_s, **fields)
    assert taken is not None
    return taken


def held(session: Session, **fields: Any) -> tuple[Job, Lease]:
    """A job that a worker runs."""
    job(session, **fields)
    taken = claim(session)
    return taken.job, taken.lease


def model_of(session: Session, job: Job) -> TrainedModel | None:
    """The model that a job has trained, if it has."""
    return session.scalars(select(TrainedModel).where(TrainedModel.job_id == job.id)).one_or_none()


def artifact(
    store: Store, lease: Lease, name: str = "labels-0.parquet", content: bytes = b"labels"
) -> ArtifactRow:
    """A file of a running job, put into the store."""
    key = f"jobs/{lease.job_id}/a{lease.attempt}/{name}"
    stored = store.put(key, content)
    return ArtifactRow(name, key, stored.size_bytes, stored.sha256, "application/octet-stream")


def publication(artifacts: Sequence[ArtifactRow] = (), *, model: bool = False) -> Publication:
    """A result with one clustering of two clusters."""
    clusters = [
        ClusterRow(0, 60, 0.6, center=[0.0, 1.0], medoid=3, typical=[3, 4], nearest={"cluster": 1}),
        ClusterRow(1, 40, 0.4, center=[1.0, 0.0], medoid=7, typical=[7, 9], boundary=[1]),
    ]
    metrics = {"silhouette": 0.5, "davies_bouldin": 0.7, "calinski_harabasz": float("inf")}
    return Publication(
        artifacts=artifacts,
        clusterings=[ClusteringRow(0, "main", 2, clusters, metrics=metrics)],
        summary={"n_clusters": 2},
        trained_model=TrainedModelRow("net", "dcn", {"net": "mlp"}, {"kind": "vectors"}) if model else None,
        environment={"torch": "2.13.0"},
    )
