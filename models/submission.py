"""What a caller sets when submitting a job."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime

from models.base import JsonObject
from models.job import Priority


@dataclass(frozen=True)
class Submission:
    """A job as asked for, its parameters already normalized (`spec` has every default filled in)."""

    dataset_id: str
    method: str
    spec: JsonObject
    kind: str = "cluster"
    name: str = ""
    labels: JsonObject = field(default_factory=dict)
    seed: int = 0
    outputs: JsonObject = field(default_factory=dict)
    pool: str = "cpu"
    priority: int = Priority.NORMAL
    devices: int = 1
    gpu_memory_gib: float | None = None
    max_duration_s: float | None = None
    start_deadline: datetime | None = None
    trained_model_id: str | None = None
    retried_from: str | None = None
    code_version: str | None = None
    preset: str | None = None


def spec_sha256(spec: JsonObject, seed: int) -> str:
    """The digest by which two jobs are the same experiment: hex of sha256 over spec and seed."""
    text = json.dumps({"spec": spec, "seed": seed}, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
