"""What a job leaves behind when it succeeds, and how it becomes rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from models.artifact import Artifact
from models.base import JsonList, JsonObject
from models.cluster import Cluster
from models.clustering import Clustering
from models.ids import new_id
from models.job import Job
from models.leases import AttemptOutcome
from models.trained_model import TrainedModel


@dataclass(frozen=True)
class ArtifactRow:
    """A file that is in the store already."""

    name: str
    key: str
    size_bytes: int
    sha256: str
    media_type: str


@dataclass(frozen=True)
class ClusterRow:
    """One cluster; the fields are the columns of models.cluster.Cluster."""

    index: int
    size: int
    share: float
    dispersion: float | None = None
    silhouette: float | None = None
    nearest: JsonObject | None = None
    purity: JsonObject | None = None
    center: JsonList | None = None
    decoded: str | None = None
    medoid: int | None = None
    typical: JsonList = field(default_factory=list)
    boundary: JsonList = field(default_factory=list)
    confident: JsonList | None = None


@dataclass(frozen=True)
class ClusteringRow:
    """One clustering with its clusters; the fields are the columns of models.clustering.Clustering."""

    index: int
    name: str
    n_clusters: int
    clusters: Sequence[ClusterRow]
    n_outliers: int | None = None
    weights: JsonList | None = None
    n_dimensions: int | None = None
    metrics: JsonObject = field(default_factory=dict)
    agreement: JsonObject = field(default_factory=dict)
    warnings: JsonList = field(default_factory=list)
    is_main: bool = True


@dataclass(frozen=True)
class TrainedModelRow:
    """A trained network: what built it and what it accepts."""

    name: str
    method: str
    config: JsonObject
    input: JsonObject


@dataclass(frozen=True)
class Publication:
    """The result of a job, complete. `usage` is how the attempt went."""

    artifacts: Sequence[ArtifactRow] = ()
    clusterings: Sequence[ClusteringRow] = ()
    summary: JsonObject = field(default_factory=dict)
    trained_model: TrainedModelRow | None = None
    environment: JsonObject = field(default_factory=dict)
    usage: AttemptOutcome = field(default_factory=AttemptOutcome)


def clustering_row(row: Mapping[str, Any]) -> ClusteringRow:
    """A clustering from its JSON form, where `clusters` is a list of objects.

    Raises:
        TypeError: a field is missing or unknown.
    """
    clusters = [ClusterRow(**cluster) for cluster in row["clusters"]]
    return ClusteringRow(**{**row, "clusters": clusters})


def publish(session: Session, job: Job, publication: Publication, *, at: datetime) -> None:
    """Write the rows of a job's result; the caller has moved the job to succeeded just before."""
    for file in publication.artifacts:
        session.add(Artifact(job_id=job.id, attempt=job.attempt, **vars(file)))
    for row in publication.clusterings:
        columns = {name: value for name, value in vars(row).items() if name != "clusters"}
        clustering = Clustering(id=new_id("clg", at=at), job_id=job.id, project_id=job.project_id, **columns)
        session.add(clustering)
        session.flush()
        session.add_all(Cluster(clustering_id=clustering.id, **vars(cluster)) for cluster in row.clusters)
    if (model := publication.trained_model) is not None:
        model_id = new_id("mdl", at=at)
        owner = {"project_id": job.project_id, "job_id": job.id, "created_at": at}
        session.add(TrainedModel(id=model_id, **owner, **vars(model)))
    session.flush()
