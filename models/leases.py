"""What a worker holds and hears while it runs a job."""

from dataclasses import dataclass, field

from models.attempt import Cause
from models.base import JsonObject
from models.job import JobState


@dataclass(frozen=True)
class Lease:
    """The right to write for a job, valid while attempt and token are the row's."""

    job_id: str
    attempt: int
    token: str


@dataclass(frozen=True)
class Orders:
    """What the holder should do: go on, stop (state canceling), or checkpoint and pause."""

    state: JobState
    pause_requested: bool


@dataclass(frozen=True)
class Point:
    """Values at one step of training, to be drawn as curves."""

    step: int
    stage: str
    epoch: int
    values: JsonObject = field(default_factory=dict)


@dataclass(frozen=True)
class AttemptOutcome:
    """How an attempt ended, as far as the supervisor could see.

    `compute_s` is clamped to the wall time of the attempt; None charges all of that.
    `cause` overrides what the verb would record (fail records `user`; give `timeout` for a timeout).
    """

    exit_code: int | None = None
    signal: int | None = None
    peak_rss_bytes: int | None = None
    compute_s: float | None = None
    cause: Cause | None = None
