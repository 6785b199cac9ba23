"""What this package refuses, and why.

ModelsError
├── NotFound                 not_found: no such object in this project
├── Ambiguous                ambiguous_name: several objects bear that name
├── IllegalTransition        illegal_transition: the job's state does not allow it
│   └── AlreadyFinished      already_finished: the job has ended
├── StaleLease               stale_lease: another worker holds it now, or nobody does
├── IdempotencyKeyReused     idempotency_key_reused: same key, other request
├── InvalidSubmission        invalid_submission, or a finer code such as too_few_samples
├── DatasetNotReady          dataset_not_ready
├── InUse                    in_use: live jobs need it
├── InvalidKey               invalid_key: not a key of the store
├── VersionConflict          precondition_failed: changed by somebody else meanwhile
└── StorageFull              storage_full
"""

from typing import ClassVar


class ModelsError(Exception):
    """A refusal. `code` is stable, `detail` is for people, `context` holds what was met and accepted."""

    default_code: ClassVar[str] = "error"

    def __init__(self, detail: str, *, code: str | None = None, **context: object) -> None:
        super().__init__(detail)
        self.code = code or self.default_code
        self.detail = detail
        self.context = context


class NotFound(ModelsError):
    """No such object in this project."""

    default_code = "not_found"


class Ambiguous(ModelsError):
    """Several objects bear that name; the id says which."""

    default_code = "ambiguous_name"


class IllegalTransition(ModelsError):
    """The job's state does not allow this move."""

    default_code = "illegal_transition"


class AlreadyFinished(IllegalTransition):
    """The job has ended; nothing moves it any more."""

    default_code = "already_finished"


class StaleLease(ModelsError):
    """The lease is not the valid one: the holder must stop and drop its work."""

    default_code = "stale_lease"


class IdempotencyKeyReused(ModelsError):
    """The key was used for a different request."""

    default_code = "idempotency_key_reused"


class InvalidSubmission(ModelsError):
    """The job or dataset cannot be accepted as described."""

    default_code = "invalid_submission"


class DatasetNotReady(ModelsError):
    """The dataset is not (or no longer) usable."""

    default_code = "dataset_not_ready"


class InUse(ModelsError):
    """Live jobs need this object."""

    default_code = "in_use"


class InvalidKey(ModelsError):
    """Not a key of the store."""

    default_code = "invalid_key"


class VersionConflict(ModelsError):
    """The object is no longer the version that the caller has seen."""

    default_code = "precondition_failed"


def expect_version(subject: str, *, current: int, expected: int | None) -> None:
    """Raise VersionConflict unless the version is the expected one; None expects nothing."""
    if expected is not None and current != expected:
        detail = f"{subject} is at version {current}, not {expected}; read it again"
        raise VersionConflict(detail, met=expected, accepted=current)


class StorageFull(ModelsError):
    """The store has no room left."""

    default_code = "storage_full"
