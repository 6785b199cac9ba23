"""Toy jobs: a few seconds of deterministic training on one thread, a checkpoint an epoch."""

import hashlib
from functools import cache
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import torch

from clustering import engine
from clustering.params import parse
from clustering.run import Run
from models import queries
from tests.worker.house import SPEC, House, blobs

SAMPLES = 1024
SLOW: dict[str, Any] = SPEC | {"pretrain_epochs": 20, "epochs": 30, "net": {"type": "mlp", "hidden": [32]}}
BRIEF: dict[str, Any] = SLOW | {"pretrain_epochs": 3, "epochs": 5}
ENDLESS: dict[str, Any] = SLOW | {"epochs": 10_000}


def labels_sha256(house: House, job_id: str) -> str:
    """Digest of the labels that a job has published."""
    with house.database.read() as session:
        artifact = queries.get_artifact(session, house.project_id(), job_id, "labels-0.parquet")
    path = house.store.local_path(artifact.key)
    return _digest(pq.read_table(path).column("cluster").to_numpy())


@cache
def undisturbed_sha256(seed: int) -> str:
    """Digest of the labels that the engine alone gives a SLOW job."""
    torch.set_num_threads(1)
    x, _ = blobs(SAMPLES)
    result = engine.fit(x, parse(SLOW), Run(seed=seed))
    return _digest(result.clusterings[0].labels.numpy())


def _digest(labels: np.ndarray) -> str:
    return hashlib.sha256(labels.astype("<i8").tobytes()).hexdigest()
