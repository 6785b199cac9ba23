"""Jobs as they travel."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, model_validator

from api.presets import SOURCES, with_spec
from api.schemas.base import NO_LABELS, In, JsonObject, Labels, Moment, Name, Out
from clustering.params import AnyParams
from models.artifact import Artifact
from models.attempt import Attempt, Cause
from models.job import Job, JobState, Priority
from models.standing import Standing

PriorityName = Literal["low", "normal", "high"]
Pool = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,31}$")]


class Outputs(In):
    """Which files a job writes beside its labels."""

    soft: bool = Field(True, description="Soft assignments (n, k), where the method has them.")
    embeddings: bool = Field(True, description="Embeddings (n, d).")
    projection: tuple[Literal["pca", "heaviest"], ...] = Field(
        ("pca", "heaviest"),
        description="Maps in two dimensions: the first principal components; of a method that weighs "
        "dimensions, the two heaviest of each clustering.",
    )
    decoded: bool = Field(
        True, description="Prototypes in the space of the samples, and of images their picture."
    )
    model: bool = Field(True, description="The trained model, which later jobs can start from.")
    typical: int = Field(
        10, ge=0, le=100, description="Typical, boundary and confident samples named for each cluster."
    )


class Resources(In):
    """What a job needs to run."""

    pool: Pool = Field("cpu", description="The pool of workers.")
    devices: int = Field(
        1,
        ge=1,
        le=16,
        description="GPUs of one machine (processes, in a pool of CPUs) that train the network together.",
    )
    gpu_memory_gib: float | None = Field(None, gt=0, le=4096, description="Of each device.")
    max_duration_s: float | None = Field(
        None, gt=0, le=60 * 86400, description="Compute time, all attempts together."
    )


class Scheduling(In):
    """When a job should run."""

    priority: PriorityName = "normal"
    start_deadline: Moment | None = Field(None, description="Expire the job if it has not started by then.")


def _either_source(schema: JsonObject) -> None:
    """Say in a schema that one of spec and preset is needed, and not both."""
    schema["required"] = [name for name in schema["required"] if name not in SOURCES]
    schema["oneOf"] = [{"required": [name]} for name in SOURCES]


class JobCreate(In):
    """A clustering or pretraining to be done: a dataset, a method with its parameters, a seed.

    The parameters are the caller's own `spec`, or a `preset` with some `overrides`, from which `spec` is
    then filled in.
    """

    model_config = ConfigDict(json_schema_extra=_either_source)

    name: Name | None = None
    dataset: Annotated[
        str, Field(min_length=1, max_length=200, description="Id, or name where it is unique.")
    ]
    spec: AnyParams
    preset: str | None = Field(
        None,
        max_length=200,
        description="Instead of a spec: the name of a paper's experiment, of /v1/presets.",
    )
    overrides: JsonObject | None = Field(
        None, description="Fields of the preset's spec to change, nested ones key by key."
    )
    seed: int = Field(0, ge=0, le=2**53 - 1)
    outputs: Outputs = Outputs()
    resources: Resources = Resources()
    scheduling: Scheduling = Scheduling()
    labels: Labels = NO_LABELS

    @model_validator(mode="before")
    @classmethod
    def _spec_of_the_preset(cls, body: Any) -> Any:
        return with_spec(body)

    @property
    def pointer(self) -> str:
        """Where in the body the spec's fields stand."""
        return "/spec" if self.preset is None else "/overrides"


class JobPatch(In):
    """What may change after submission."""

    name: Name | None = None
    labels: Labels | None = None
    priority: PriorityName | None = None


class QueueOut(Out):
    """Where a waiting job stands."""

    position: int
    ahead_in_project: int
    reason: str
    pool: str
    workers_online: int
    eta_p50: datetime | None
    eta_p90: datetime | None
    basis: str | None


class JobRow(Out):
    """A job in a list. `done` says whether it has ended; `version`, its ETag, grows with every change."""

    id: str
    state: JobState
    done: bool
    version: int
    kind: str
    method: str
    preset: str | None
    name: str
    labels: dict[str, str]
    dataset: str
    seed: int
    pool: str
    priority: PriorityName
    devices: int
    gpu_memory_gib: float | None
    max_duration_s: float | None
    start_deadline: datetime | None
    progress: JsonObject | None
    attempt: int
    attempts_lost: int
    worker: str | None
    pause_requested: bool
    created_at: datetime
    queued_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    updated_at: datetime
    partial: bool
    usage: JsonObject
    retried_from: str | None
    trained_from: str | None
    links: dict[str, str]


class JobOut(JobRow):
    """A job with everything there is to say of it; `queue` tells a waiting one's place."""

    queue: QueueOut | None
    spec: JsonObject
    outputs: JsonObject
    summary: JsonObject | None
    error: JsonObject | None
    reproduce: JsonObject


LIGHT = frozenset(JobRow.model_fields)
HEAVY = frozenset(JobOut.model_fields) - LIGHT - {"queue"}
LINKED = (
    "events", "metrics", "attempts", "artifacts", "result/summary", "cancel", "pause", "resume", "retry",
)  # fmt: skip


def job_out(job: Job, standing: Standing | None) -> JobOut:
    """The wire form of a row; `standing` tells a queued job's place."""
    here = f"/v1/jobs/{job.id}"
    computed: dict[str, Any] = {
        "dataset": job.dataset_id,
        "priority": Priority(job.priority).name.lower(),
        "queue": queue_out(job.pool, standing) if standing else None,
        "progress": job.progress or None,
        "attempts_lost": job.infra_losses + job.crashes + job.gpu_ooms,
        "usage": {
            "compute_s": round(job.compute_s, 3),
            "device_s": round(job.devices * job.compute_s, 3),
        },
        "reproduce": {
            "seed": job.seed,
            "spec_sha256": job.spec_sha256,
            "code": job.code_version,
            "environment": job.environment,
        },
        "trained_from": job.trained_model_id,
        "links": {"self": here, **{path.partition("/")[0]: f"{here}/{path}" for path in LINKED}},
    }
    same = {name: getattr(job, name) for name in JobOut.model_fields if name not in computed}
    return JobOut(**same, **computed)


def queue_out(pool: str, standing: Standing) -> QueueOut:
    """The wire form of a queued job's place."""
    eta = standing.eta
    return QueueOut(
        position=standing.position,
        ahead_in_project=standing.ahead_in_project,
        reason=standing.reason,
        pool=pool,
        workers_online=standing.workers_online,
        eta_p50=eta.p50 if eta else None,
        eta_p90=eta.p90 if eta else None,
        basis=eta.basis if eta else None,
    )


class CheckedJob(Out):
    """What would be run, with every default filled in, and why it could not be."""

    spec: JsonObject
    seed: int
    dataset: str
    kind: str
    pool: str
    workers_online: int
    problems: list[JsonObject]


class AttemptOut(Out):
    """One time that a worker held the job, and why it ended."""

    number: int
    worker: str
    started_at: datetime
    ended_at: datetime | None
    cause: Cause | None
    exit_code: int | None
    signal: int | None
    peak_rss_bytes: int | None
    compute_s: float
    resumed_from: JsonObject | None


def attempt_out(attempt: Attempt) -> AttemptOut:
    """The wire form of a row; the lease token stays inside."""
    return AttemptOut.model_validate(attempt)


class ArtifactOut(Out):
    """A file of a job."""

    name: str
    attempt: int
    size_bytes: int
    sha256: str
    media_type: str
    href: str


def artifact_out(artifact: Artifact) -> ArtifactOut:
    """The wire form of a row; the store's key stays inside."""
    href = f"/v1/jobs/{artifact.job_id}/artifacts/{artifact.name}"
    same = {name: getattr(artifact, name) for name in ArtifactOut.model_fields if name != "href"}
    return ArtifactOut(**same, href=href)
