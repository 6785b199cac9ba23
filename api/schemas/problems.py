"""The problem object (RFC 9457) and the list of codes."""

from typing import Any

from pydantic import ConfigDict

from api.schemas.base import Out


class ProblemOut(Out):
    """Why a request was refused; `code` is stable, `detail` is for people."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    code: str
    detail: str
    instance: str
    request_id: str | None
    retryable: bool


class InvalidValue(Out):
    """One offending value: where it is and what would be accepted."""

    pointer: str
    code: str
    message: str
    accepted: Any


class CodeOut(Out):
    """A code that may appear as an answer's problem (with its status) or as a failed job's error."""

    code: str
    title: str
    status: int | None
    retry_after_s: int | None


class CodesOut(Out):
    """All codes."""

    requests: list[CodeOut]
    jobs: list[CodeOut]
