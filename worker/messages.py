"""What the supervisor and the runner say to each other: one JSON object a line, typed at both ends."""

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

EXIT_DRAINED = 75
EXIT_REPORTED = 3


class Message(BaseModel):
    """One line of the pipe."""

    model_config = ConfigDict(extra="forbid", frozen=True, ser_json_inf_nan="null")

    def line(self) -> bytes:
        """The message as it travels."""
        return self.model_dump_json().encode() + b"\n"


class LabelFile(BaseModel):
    """Clusterings in a file: one in a column of a Parquet file, or one in each column of an array."""

    name: str
    path: Path
    column: str | None = None


class Order(Message):
    """The one line that a warm runner waits for.

    `job_id` and `attempt` are for its log alone. `folder` is the job's own: checkpoints to resume from lie
    in `folder/checkpoints`, results go to `folder/result`. `dataset` is a folder of canonical files,
    `initial_model` that of a trained model, `ensemble` what a consensus merges. With `predict` nothing is
    fitted: the trained model assigns the samples. Of several `devices` each has a process of its own with
    `threads`; `rank` says which of them the order is for.
    """

    job_id: str
    attempt: int
    folder: Path
    dataset: Path
    spec: dict[str, Any]
    seed: int
    outputs: dict[str, Any]
    devices: list[str] = Field(min_length=1)
    rank: int = 0
    threads: int
    initial_model: Path | None
    predict: bool = False
    ensemble: list[LabelFile] = []
    checkpoint_s: float

    @property
    def device(self) -> str:
        """That of this rank."""
        return self.devices[self.rank]

    @property
    def meeting(self) -> Path:
        """The file by which the processes of the job find each other."""
        return self.folder / "meeting"


class Ready(Message):
    """The runner has imported everything and waits for its order."""

    type: Literal["ready"] = "ready"


class Progress(Message):
    """Where the run is; the latest one counts."""

    type: Literal["progress"] = "progress"
    stage: str
    stage_index: int
    stages: int
    epoch: int
    epochs: int
    step: int
    fraction: float
    rate: float | None = None
    eta_s: float | None = None


class Point(BaseModel):
    """The metrics of one step; a later one of the same step replaces it."""

    step: int
    stage: str
    epoch: int
    values: dict[str, float | None]


class Metrics(Message):
    """Metric points, batched."""

    type: Literal["metrics"] = "metrics"
    points: list[Point]


class Checkpoint(Message):
    """A checkpoint that is durable in the job folder."""

    type: Literal["checkpoint"] = "checkpoint"
    path: Path
    sha256: str
    size_bytes: int
    stage: str
    epoch: int
    step: int


class File(BaseModel):
    """One result file in the job folder."""

    name: str
    path: Path
    media_type: str


class Result(Message):
    """The run ended well; its files lie in the job folder."""

    type: Literal["result"] = "result"
    files: list[File]
    clusterings: list[dict[str, Any]]
    summary: dict[str, Any]
    model: dict[str, Any] | None
    environment: dict[str, Any]


class Failure(Message):
    """The run cannot go on, and says why."""

    type: Literal["error"] = "error"
    code: str
    detail: str
    hint: str | None = None


AnyReport = Annotated[Ready | Progress | Metrics | Checkpoint | Result | Failure, Field(discriminator="type")]
_reports: TypeAdapter[AnyReport] = TypeAdapter(AnyReport)


def parse(line: bytes) -> AnyReport:
    """Read one line of a runner.

    Raises:
        pydantic.ValidationError: it is no report.
    """
    return _reports.validate_json(line)
