"""What a call to Facet may raise.

FacetError
├── UnreachableError         no answer, after every retry
├── RefusedError             the server answered with a problem (4xx)
│   ├── AuthError            401, 403
│   ├── NotFoundError        404, 410
│   ├── ConflictError        409, 412
│   └── LimitError           413, 429
├── ServerError              the server answered 5xx, after every retry
├── DatasetRejectedError     the upload arrived and its content was refused
├── JobEndedError            a job ended in another state than succeeded
└── WaitTimeoutError         the caller's own time limit passed first
"""

from collections.abc import Mapping
from typing import Any

import httpx


class FacetError(Exception):
    """Base of everything that the client raises; `code` is stable, the text is for people."""

    def __init__(self, detail: str, *, code: str = "error") -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code


class UnreachableError(FacetError):
    """No usable answer came from the server."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail, code="unreachable")


class ProblemError(FacetError):
    """An answer in problem+json.

    `problem` is the whole object: `code`, `detail`, `hint`, `errors` with JSON pointers, `request_id`.
    """

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        super().__init__(_describe(status, problem), code=str(problem.get("code", f"http_{status}")))
        self.status = status
        self.problem = dict(problem)


class RefusedError(ProblemError):
    """The request is at fault (4xx)."""


class AuthError(RefusedError):
    """The key is missing, unknown, revoked, or lacks the scope."""


class NotFoundError(RefusedError):
    """Nothing of that id exists in the project of this key."""


class ConflictError(RefusedError):
    """The object is not in a state that allows the call."""


class LimitError(RefusedError):
    """Too large or too often."""


class ServerError(ProblemError):
    """The server is at fault (5xx)."""


class DatasetRejectedError(FacetError):
    """The dataset's content was refused; `dataset` is the whole object with its `error`."""

    def __init__(self, dataset: Mapping[str, Any]) -> None:
        error = dataset.get("error") or {}
        super().__init__(_ended(dataset, error), code=str(error.get("code", "rejected")))
        self.dataset = dict(dataset)


class JobEndedError(FacetError):
    """A job ended failed, canceled or expired; `job` is the whole object with its `error`."""

    def __init__(self, job: Mapping[str, Any]) -> None:
        error = job.get("error") or {}
        super().__init__(_ended(job, error), code=str(error.get("code", job["state"])))
        self.job = dict(job)


class WaitTimeoutError(FacetError):
    """What was waited for did not happen within the caller's limit; it may still happen."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail, code="wait_timeout")


REFUSALS: dict[int, type[RefusedError]] = {
    401: AuthError,
    403: AuthError,
    404: NotFoundError,
    409: ConflictError,
    410: NotFoundError,
    412: ConflictError,
    413: LimitError,
    429: LimitError,
}


def error_of(response: httpx.Response) -> ProblemError:
    """The typed error of an answer whose status is 400 or above; its body must have been read."""
    status = response.status_code
    problem = _problem(response)
    if status >= 500:
        return ServerError(status, problem)
    return REFUSALS.get(status, RefusedError)(status, problem)


def _problem(response: httpx.Response) -> dict[str, Any]:
    try:
        body = response.json()
    except ValueError:
        body = None
    return body if isinstance(body, dict) else {"detail": response.text[:500] or response.reason_phrase}


def _describe(status: int, problem: Mapping[str, Any]) -> str:
    said = str(problem.get("detail") or problem.get("title") or f"HTTP {status}")
    wrong = [f"{e.get('pointer', '')}: {e.get('message', '')}" for e in problem.get("errors") or []]
    hint = [str(problem["hint"])] if problem.get("hint") else []
    return "\n".join(dict.fromkeys([said, *wrong, *hint]))


def _ended(subject: Mapping[str, Any], error: Mapping[str, Any]) -> str:
    said = error.get("detail") or error.get("title") or "no reason given"
    hint = f"\n{error['hint']}" if error.get("hint") else ""
    return f"{subject.get('id')} is {subject.get('state')}: {said}{hint}"
