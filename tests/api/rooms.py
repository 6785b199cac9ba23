"""Datasets and results as ingest and workers leave them, made without either."""

import io
import json
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from clustering.params import parse
from models import catalog, lifecycle, projects, queue
from models.leases import Point
from models.publication import ArtifactRow, ClusteringRow, ClusterRow, Publication, TrainedModelRow
from models.submission import Submission
from tests.models import factories

N, K, D = 12, 3, 2
SPEC = {"method": "dcn", "n_clusters": 3}


@dataclass(frozen=True)
class Made:
    """A succeeded job, what it read and what it wrote."""

    job: str
    dataset: str
    labels: np.ndarray
    soft: np.ndarray
    embeddings: np.ndarray
    decoded: np.ndarray

    @property
    def url(self):
        return f"/v1/jobs/{self.job}/result"


def npy(array):
    out = io.BytesIO()
    np.save(out, array, allow_pickle=False)
    return out.getvalue()


def parquet(**columns):
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out, row_group_size=5)
    return out.getvalue()


def submit(client, spec=SPEC, headers=None, query="", **fields):
    """The answer to a job asked for on the dataset `digits`."""
    return client.post(
        f"/v1/jobs{query}", json={"dataset": "digits", "spec": spec, **fields}, headers=headers
    )


def ready_dataset(db, store, *, images=True, ids=True, owner="default", name="digits", x=None):
    """A ready dataset with labels; its id."""
    if x is None:
        x = (
            np.arange(N * 16, dtype=np.uint8).reshape(N, 4, 4, 1)
            if images
            else np.eye(N, 4, dtype=np.float32)
        )
    labels = np.arange(len(x)) % 3
    with db.write() as session:
        project = projects.get_or_create(session, owner)
        row, _ = catalog.register(session, project.id, factories.upload(name=name))
        claim = catalog.claim_ingest(session, worker="ingest", lease_s=60)
        prefix = f"datasets/{row.id}/c1"
        store.put(f"{prefix}/x.npy", npy(x))
        store.put(f"{prefix}/labels.parquet", parquet(digit=labels))
        store.put(f"{prefix}/ids.parquet", parquet(id=[f"={i}" for i in range(len(x))]))
        report = {
            "labels": {"digit": {"values": ["zero", "one", "two"], "counts": [4, 4, 4]}},
            "warnings": [],
        }
        fields = {
            "kind": "images" if images else "vectors",
            "n": len(x),
            "shape": list(x.shape[1:]),
            "dtype": str(x.dtype),
            "prefix": prefix,
            "label_columns": ["digit"],
            "has_ids": ids,
            "report": report,
        }
        catalog.accept(session, claim, factories.canonical(row.id, **fields))
        session.commit()
    return row.id


def queued_job(db, dataset, *, owner="default", method="dcn", **fields):
    """A queued job; its id."""
    with db.write() as session:
        project = projects.by_name(session, owner)
        spec = {"method": method, "n_clusters": K}
        job = lifecycle.submit(
            session, project.id, Submission(dataset_id=dataset, method=method, spec=spec, **fields)
        )
        session.commit()
    return job.id


def claimed(db, job):
    """The lease under which a worker holds this job, the only one in the queue."""
    with db.write() as session:
        claim = queue.claim(session, pool="cpu", worker="cpu@test", lease_s=60)
        session.commit()
    assert claim.job.id == job
    return claim.lease


def progressed(db, lease, step, **values):
    """A worker's report of one step."""
    with db.write() as session:
        progress = {"stage": "cluster", "epoch": step, "epochs": 10, "eta_s": 3.0}
        lifecycle.report(session, lease, progress=progress, points=[Point(step, "cluster", step, values)])
        session.commit()


def ended(db, lease, publication=None):
    """A worker's success."""
    with db.write() as session:
        lifecycle.succeed(session, lease, publication or Publication())
        session.commit()


def finished_job(db, store, *, owner="default", images=True, ids=True):
    """A job that went its whole way, with every kind of result file."""
    dataset = ready_dataset(db, store, images=images, ids=ids, owner=owner)
    lease = claimed(db, queued_job(db, dataset, owner=owner))
    for step in range(3):
        progressed(db, lease, step, loss=1.0 / (step + 1))
    rng = np.random.default_rng(0)
    labels = np.repeat(np.arange(K), N // K)
    soft = rng.dirichlet(np.ones(K), N).astype(np.float32)
    embeddings = rng.normal(size=(N, D)).astype(np.float32)
    distance = np.linalg.norm(embeddings, axis=1)
    decoded = rng.uniform(-10, 300, (K, 4, 4, 1) if images else (K, 4)).astype(np.float32)
    decoded[0, 0] = np.nan
    contents = {
        "labels-0.parquet": parquet(
            index=np.arange(N),
            cluster=labels,
            confidence=soft.max(1),
            margin=soft.min(1) - 0.1,
            distance=distance,
        ),
        "soft-0.npy": npy(soft),
        "embeddings.npy": npy(embeddings),
        "projection-pca.parquet": parquet(index=np.arange(N), x=embeddings[:, 0], y=embeddings[:, 1]),
        "decoded-0.npy": npy(decoded),
        "curves.parquet": parquet(
            step=[0, 1], stage=["cluster"] * 2, epoch=[0, 1], loss=[1.0, None], reset=[None, 1.0]
        ),
        "prototypes-0.png": b"\x89PNG picture",
        "model.safetensors": b"weights",
        "model.json": json.dumps({"method": "dcn"}).encode(),
    }
    ended(db, lease, _publication(store, lease, contents))
    return Made(lease.job_id, dataset, labels, soft, embeddings, decoded)


def _publication(store, lease, contents):
    artifacts = []
    for name, content in contents.items():
        key = f"jobs/{lease.job_id}/a{lease.attempt}/{name}"
        stored = store.put(key, content)
        artifacts.append(ArtifactRow(name, key, stored.size_bytes, stored.sha256, "application/octet-stream"))
    clusters = [
        ClusterRow(
            index, N // K, 1 / K, dispersion=0.5, nearest={"cluster": 0, "distance": 1.0},
            purity={"digit": {"label": "zero", "value": 0.5}}, center=[0.0, float(index)],
            decoded="decoded-0.npy", medoid=index, typical=[index], boundary=[index + 1],
        )
        for index in range(K)
    ]  # fmt: skip
    agreement = {"digit": {"acc": 0.9, "nmi": 0.8, "ari": 0.7, "ami": 0.75, "purity": 0.9}}
    metrics = {"silhouette": 0.5, "davies_bouldin": 0.7, "calinski_harabasz": 10.0}
    clustering = ClusteringRow(
        0, "main", K, clusters, metrics=metrics, agreement=agreement, warnings=["small"]
    )
    config = parse({"method": "dcn", "n_clusters": K}).model_dump(mode="json")
    model = TrainedModelRow("net", "dcn", config, {"kind": "images", "shape": [4, 4, 1], "dtype": "uint8"})
    return Publication(
        artifacts=artifacts,
        clusterings=[clustering],
        summary={"n": N, "n_clusters": K},
        trained_model=model,
        environment={"torch": "2.13.0"},
    )
