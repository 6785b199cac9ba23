"""I4: a succeeded job's files exist and are what they were; and the files of ready datasets exist."""

import hashlib
from collections.abc import Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.artifact import Artifact
from models.dataset import Dataset, DatasetState
from models.fsck.violation import Violation
from models.job import Job, JobState
from models.store import Store


def check(session: Session, store: Store) -> Iterator[Violation]:
    """Violations of I4, and of what I5 says of ready datasets."""
    pinned: dict[str, list[Artifact]] = {}
    for artifact in session.scalars(select(Artifact).order_by(Artifact.job_id, Artifact.name)):
        pinned.setdefault(artifact.job_id, []).append(artifact)
    for job in session.scalars(select(Job).order_by(Job.id)):
        manifest = pinned.get(job.id, [])
        if manifest and job.state is not JobState.SUCCEEDED:
            yield Violation("I4", job.id, f"{job.state} with {len(manifest)} pinned files")
        for artifact in manifest:
            yield from _whole(store, artifact)
        if job.purged_at is not None:
            yield from _unpinned(store, job, manifest)
    ready = select(Dataset).where(Dataset.state == DatasetState.READY)
    for dataset in session.scalars(ready.order_by(Dataset.id)):
        if dataset.prefix is None or not store.exists(f"{dataset.prefix.rstrip('/')}/x.npy"):
            yield Violation("I5", dataset.id, f"ready, but {dataset.prefix}/x.npy does not exist")


def _whole(store: Store, artifact: Artifact) -> Iterator[Violation]:
    if not store.exists(artifact.key):
        yield Violation("I4", artifact.job_id, f"{artifact.key} does not exist")
        return
    digest, size = hashlib.sha256(), 0
    for piece in store.stream(artifact.key):
        digest.update(piece)
        size += len(piece)
    if (size, digest.hexdigest()) != (artifact.size_bytes, artifact.sha256):
        yield Violation("I4", artifact.job_id, f"{artifact.key} is not what was published")


def _unpinned(store: Store, job: Job, manifest: Sequence[Artifact]) -> Iterator[Violation]:
    keys = {artifact.key for artifact in manifest}
    for key in store.list(f"jobs/{job.id}"):
        if key not in keys:
            yield Violation("I4", job.id, f"{key} is kept, but in no manifest")
