"""The reader of one upload, seen from outside: start it, wait for it, make sense of how it ended."""

import json
import os
import selectors
import shutil
import signal
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import structlog
from pydantic import BaseModel, ConfigDict, ValidationError

from models.base import JsonObject
from worker.child import Child, Ended, scrubbed
from worker.lifeline import command
from worker.pipe import LineTooLongError
from worker.readers.limits import Limits

TURN_S = 0.2
LEAST_S = 120
BYTES_A_SECOND = 2 << 20
READER_ENVIRONMENT = {"ARROW_DEFAULT_MEMORY_POOL": "system", "MALLOC_ARENA_MAX": "1"}
ANOTHER = "an upload written by another program, or in another format"
TOO_SLOW: JsonObject = {
    "code": "unsafe_file",
    "detail": "Reading the upload took too long.",
    "accepted": "a smaller upload, or one in a plainer format",
}
log = structlog.get_logger(__name__)


class Described(BaseModel):
    """What a reader says of the dataset that it has written."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    kind: str
    n: int
    shape: list[int]
    dtype: str
    size_bytes: int
    content_sha256: str
    label_columns: list[str]
    has_ids: bool
    report: dict[str, Any]


class Problem(BaseModel):
    """Why a reader has refused an upload."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    code: str
    detail: str
    met: Any = None
    accepted: Any = None
    errors: list[dict[str, Any]] = []


@dataclass(frozen=True)
class Died:
    """The reader ended without an answer; `for_good` if it would do so again."""

    problem: Problem
    for_good: bool


@dataclass(frozen=True)
class Reading:
    """What is to be read, how, and where to; `time_s` bounds wall and CPU time."""

    upload: Path
    format: str
    options: JsonObject
    folder: Path
    time_s: int

    def line(self) -> bytes:
        """The order as the reader expects it."""
        order = {
            "upload": str(self.upload),
            "format": self.format,
            "options": self.options,
            "out": str(self.folder),
            "limits": asdict(replace(Limits(), cpu_s=self.time_s)),
        }
        return json.dumps(order).encode() + b"\n"


def time_for(size_bytes: int) -> int:
    """How many seconds the reading of so large an upload may take."""
    return LEAST_S + size_bytes // BYTES_A_SECOND


def read_upload(reading: Reading, beat: Callable[[], None]) -> Described | Problem | Died:
    """Run a reader to its end, beating meanwhile; it is gone when this returns or raises."""
    shutil.rmtree(reading.folder, ignore_errors=True)
    reading.folder.mkdir(parents=True)
    child = Child(
        command("worker.readers.reader"),
        environment=scrubbed(os.environ, threads=1) | READER_ENVIRONMENT,
        log=reading.folder.with_suffix(".log"),
    )
    deadline = time.monotonic() + reading.time_s
    answer, late = b"", False
    try:
        child.send(reading.line())
        answer = _listen(child, beat, deadline)
        late = child.poll() is None
    except LineTooLongError:
        log.warning("reader.line_too_long")
    finally:
        ended = child.bury()
    verdict = _verdict(answer, ended, late=late, tail=child.tail())
    log.info(
        "reader.ended", exit_code=ended.exit_code, signal=ended.signal, peak_rss_bytes=ended.peak_rss_bytes
    )
    return verdict


def _listen(child: Child, beat: Callable[[], None], deadline: float) -> bytes:
    """The last line that the reader says before it ends or its time is over."""
    answer = b""
    with selectors.DefaultSelector() as selector:
        selector.register(child, selectors.EVENT_READ)
        while time.monotonic() < deadline:
            ended = child.poll() is not None
            if child.silent:
                time.sleep(TURN_S / 10)
            else:
                selector.select(TURN_S)
            for line in child.lines():
                answer = line
            if ended and child.silent:
                break
            child.cap_log()
            beat()
    return answer


def _verdict(answer: bytes, ended: Ended, *, late: bool, tail: str) -> Described | Problem | Died:
    try:
        if ended.exit_code == 0:
            return Described.model_validate_json(answer)
        if ended.exit_code == 3:
            return Problem.model_validate_json(answer)
    except ValidationError:
        log.warning("reader.babble", answer=answer[:200].decode(errors="replace"))
    log.warning("reader.died", late=late, **vars(ended), tail=tail)
    if late or ended.signal == signal.SIGXCPU:
        return Died(Problem(**TOO_SLOW), for_good=True)
    if ended.signal is not None:
        detail = f"The upload crashed its reader ({signal.Signals(ended.signal).name})."
        return Died(Problem(code="unsafe_file", detail=detail, accepted=ANOTHER), for_good=False)
    detail = "The upload made its reader fail in a way that was not foreseen; the worker's log says how."
    return Died(Problem(code="internal", detail=detail, accepted=ANOTHER), for_good=False)
