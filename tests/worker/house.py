"""A small house for tests: a database, a store, a dataset that is ready, and jobs on it."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from models import lifecycle, projects
from models.clock import now
from models.dataset import Dataset, DatasetState
from models.ids import new_id
from models.job import Job, JobState
from models.session import Database
from models.store import Store, open_store

SPEC = {
    "method": "dcn",
    "n_clusters": 3,
    "net": {"type": "mlp", "hidden": [8]},
    "embedding_dim": 2,
    "batch_size": 32,
    "pretrain_epochs": 2,
    "epochs": 3,
}


def blobs(n: int = 96, *, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Three well separated groups in eight dimensions, float32 (n, 8) and their labels (n,)."""
    draw = np.random.default_rng(seed)
    labels = np.arange(n) % 3
    centers = draw.normal(size=(3, 8)) * 4
    return (centers[labels] + draw.normal(size=(n, 8))).astype(np.float32), labels


def write_canonical(folder: Path, x: np.ndarray, labels: np.ndarray) -> None:
    """What ingest would have written."""
    folder.mkdir(parents=True, exist_ok=True)
    np.save(folder / "x.npy", x)
    pq.write_table(pa.table({"y": labels}), folder / "labels.parquet")
    facts = {"y": {"values": ["a", "b", "c"], "counts": np.bincount(labels).tolist()}}
    (folder / "meta.json").write_text(json.dumps({"report": {"labels": facts}}))


@dataclass(frozen=True)
class House:
    """Where everything of one test lies."""

    folder: Path
    database: Database
    store: Store

    @property
    def environment(self) -> dict[str, str]:
        """What processes of this house need to be told."""
        return {
            "MODELS_DATABASE_URL": self.database.url.render_as_string(hide_password=False),
            "MODELS_STORE_URL": f"file:{self.folder}/store",
            "WORKER_BROKER_URL": f"filesystem:{self.folder}/broker",
            "WORKER_SCRATCH": f"{self.folder}/scratch",
        }

    def project_id(self) -> str:
        with self.database.read() as session:
            return projects.by_name(session, "default").id

    def dataset(self, n: int = 96) -> str:
        """The id of a dataset that is ready."""
        x, labels = blobs(n)
        identity = new_id("ds")
        write_canonical(self.folder / "store" / "datasets" / identity / "canonical", x, labels)
        with self.database.write() as session:
            moment = now(session)
            columns = {"size_bytes": x.nbytes, "format": "npy", "upload_key": f"uploads/{identity}"}
            columns |= {"upload_sha256": identity, "content_sha256": identity, "kind": "vectors", "n": n}
            columns |= {"shape": [8], "dtype": "float32", "label_columns": ["y"], "name": identity}
            session.add(
                Dataset(
                    id=identity,
                    project_id=projects.by_name(session, "default").id,
                    state=DatasetState.READY,
                    prefix=f"datasets/{identity}/canonical",
                    created_at=moment,
                    updated_at=moment,
                    purged_at=moment,
                    **columns,
                )
            )
            session.commit()
        return identity

    def submit(
        self, dataset_id: str, *, seed: int = 0, spec: dict[str, Any] | None = None, **more: Any
    ) -> str:
        """The id of a queued job."""
        whole = SPEC | (spec or {})
        with self.database.write() as session:
            submission = lifecycle.Submission(
                dataset_id=dataset_id, method=whole["method"], spec=whole, seed=seed, **more
            )
            job = lifecycle.submit(session, projects.by_name(session, "default").id, submission)
            session.commit()
            return job.id

    def job(self, job_id: str) -> Job:
        with self.database.read() as session:
            return session.get_one(Job, job_id)

    def state(self, job_id: str) -> JobState:
        return self.job(job_id).state


def furnish(folder: Path, url: str) -> House:
    """A house over a migrated database."""
    return House(folder, Database(url), open_store(f"file:{folder}/store"))
