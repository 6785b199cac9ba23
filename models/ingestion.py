"""Checking uploads: claimed like jobs, fenced by a token, ended as ready or rejected."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models import clock, events
from models.base import JsonList, JsonObject
from models.dataset import Dataset, DatasetState
from models.errors import StaleLease
from models.turns import take_turns

TRIES = 3
GIVEN_UP: JsonObject = {
    "code": "ingest_crashed",
    "detail": f"The process that reads the upload died {TRIES} times on it.",
    "accepted": "a smaller upload, or another format of the same data",
}


@dataclass(frozen=True)
class IngestClaim:
    """A dataset to check, and the token under which its checker may write."""

    dataset: Dataset
    token: str


@dataclass(frozen=True)
class Canonical:
    """A checked dataset: what its canonical files under `prefix` hold.

    `shape` is that of one sample; `content_sha256` is over the canonical content, labels included.
    """

    kind: str
    n: int
    shape: JsonList
    dtype: str
    size_bytes: int
    content_sha256: str
    prefix: str
    label_columns: JsonList = field(default_factory=list)
    has_ids: bool = False
    report: JsonObject = field(default_factory=dict)


def claim_ingest(session: Session, *, worker: str, lease_s: float) -> IngestClaim | None:
    """Take the dataset that has waited longest to be checked; None if none waits. Commit at once."""
    now = clock.now(session)
    oldest = (
        select(Dataset.id)
        .where(Dataset.state == DatasetState.VALIDATING, Dataset.lease_token.is_(None))
        .order_by(Dataset.created_at, Dataset.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .correlate(None)
    )
    token = secrets.token_hex(16)
    take = (
        update(Dataset)
        .where(Dataset.id == oldest.scalar_subquery(), Dataset.lease_token.is_(None))
        .values(
            lease_token=token,
            lease_until=now + timedelta(seconds=lease_s),
            worker=worker,
            attempts=Dataset.attempts + 1,
        )
    )
    dataset = _returned(session, take)
    return None if dataset is None else IngestClaim(dataset, token)


def renew_ingest(session: Session, claim: IngestClaim, *, lease_s: float) -> None:
    """Keep the claim for another `lease_s` seconds. Raises StaleLease."""
    until = clock.now(session) + timedelta(seconds=lease_s)
    _fenced(session, claim, {"lease_until": until})


def accept(session: Session, claim: IngestClaim, canonical: Canonical) -> Dataset:
    """The upload is good: the dataset is ready.

    If another ready dataset of the project has the same content, this one shares its files, says
    so in `duplicate_of`, and the files under its own prefix are purged. Raises StaleLease.
    """
    project_id = claim.dataset.project_id
    take_turns(session, f"content:{project_id}:{canonical.content_sha256}")
    twin = session.scalars(
        select(Dataset)
        .where(
            Dataset.project_id == project_id,
            Dataset.content_sha256 == canonical.content_sha256,
            Dataset.state == DatasetState.READY,
        )
        .order_by(Dataset.id)
        .limit(1)
        .with_for_update(read=True)
    ).one_or_none()
    values: dict[str, Any] = {**vars(canonical), "state": DatasetState.READY}
    if twin is not None:
        values |= {"prefix": twin.prefix, "duplicate_of": twin.duplicate_of or twin.id}
    dataset = _fenced(session, claim, values | _let_go(session))
    data = {"n": dataset.n, "kind": dataset.kind, "duplicate_of": dataset.duplicate_of}
    events.append(session, project_id, "dataset.ready", dataset_id=dataset.id, data=data)
    return dataset


def reject(session: Session, claim: IngestClaim, error: JsonObject) -> Dataset:
    """The upload is bad; `error` is {code, detail, met, accepted}. Raises StaleLease."""
    dataset = _fenced(session, claim, {"state": DatasetState.REJECTED, "error": error} | _let_go(session))
    data = {"code": error.get("code"), "detail": error.get("detail")}
    events.append(session, dataset.project_id, "dataset.rejected", dataset_id=dataset.id, data=data)
    return dataset


def release_ingest(session: Session, claim: IngestClaim, *, charged: bool) -> Dataset:
    """Let go of a dataset that was not checked to the end; another try follows.

    `charged` counts the try (the reader died); the third ends in a rejection. Raises StaleLease.
    """
    if charged and claim.dataset.attempts >= TRIES:
        return reject(session, claim, GIVEN_UP)
    tries = Dataset.attempts if charged else Dataset.attempts - 1
    return _fenced(session, claim, {"lease_token": None, "lease_until": None, "attempts": tries})


def expire_ingests(session: Session) -> list[Dataset]:
    """Take datasets back from checkers not heard of since their lease ran out; only the sweeper may."""
    now = clock.now(session)
    lost = (
        select(Dataset)
        .where(Dataset.state == DatasetState.VALIDATING, Dataset.lease_until < now)
        .order_by(Dataset.project_id, Dataset.id)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    claims = [IngestClaim(row, row.lease_token or "") for row in session.scalars(lost).all()]
    return [release_ingest(session, claim, charged=True) for claim in claims]


def _let_go(session: Session) -> dict[str, Any]:
    now: datetime = clock.now(session)
    return {"lease_token": None, "lease_until": None, "updated_at": now, "version": Dataset.version + 1}


def _fenced(session: Session, claim: IngestClaim, values: dict[str, Any]) -> Dataset:
    guarded = update(Dataset).where(
        Dataset.id == claim.dataset.id,
        Dataset.lease_token == claim.token,
        Dataset.state == DatasetState.VALIDATING,
    )
    dataset = _returned(session, guarded.values(**values))
    if dataset is None:
        raise StaleLease(f"this checker no longer holds dataset {claim.dataset.id}")
    return dataset


def _returned(session: Session, statement: Any) -> Dataset | None:
    fresh = {"synchronize_session": False, "populate_existing": True}
    found = session.scalars(statement.returning(Dataset).execution_options(**fresh))
    dataset: Dataset | None = found.one_or_none()
    return dataset
