"""From a runner's files to a publication: bytes into the store first, rows after."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

from obstore.exceptions import BaseError

from models.base import JsonObject
from models.errors import ModelsError
from models.job import Job
from models.leases import AttemptOutcome, Lease
from models.publication import ArtifactRow, Publication, TrainedModelRow, clustering_row
from models.store import Store, Stored
from worker.messages import Checkpoint, File, Result

TROUBLE = (OSError, BaseError, ModelsError)
BLOCK_BYTES = 1 << 20
BEAT_EVERY_S = 0.5
Beat = Callable[[], None]


def attempt_prefix(lease: Lease) -> str:
    """Where the files of one attempt go; only a publication pins them."""
    return f"jobs/{lease.job_id}/a{lease.attempt}"


def checkpoint_prefix(job_id: str) -> str:
    """Where the checkpoints of a job go."""
    return f"jobs/{job_id}/checkpoints"


def blocks(path: Path, beat: Beat) -> Iterator[bytes]:
    """The bytes of a file, beating between blocks."""
    with path.open("rb") as file:
        while block := file.read(BLOCK_BYTES):
            yield block
            beat()


def put(store: Store, key: str, path: Path, beat: Beat) -> Stored:
    """Put a file into the store, beating meanwhile.

    It is sent in blocks, or linked where the store is a directory: then syncing and hashing it, which may
    take longer than a lease, go on in a thread.
    """
    if not path.is_file():
        raise FileNotFoundError(path)
    if store.folder is None:
        return store.put_stream(key, blocks(path, beat))
    with ThreadPoolExecutor(1) as thread:
        linked = thread.submit(store.put_file, key, path)
        while wait([linked], BEAT_EVERY_S).not_done:
            beat()
        return linked.result()


def upload(store: Store, lease: Lease, file: File, beat: Beat) -> ArtifactRow:
    """Put one result file into the store."""
    key = f"{attempt_prefix(lease)}/{file.name}"
    stored = put(store, key, file.path, beat)
    return ArtifactRow(file.name, key, stored.size_bytes, stored.sha256, file.media_type)


def upload_checkpoint(store: Store, job_id: str, message: Checkpoint, beat: Beat) -> JsonObject | None:
    """Put a checkpoint into the store; None if the runner has replaced it by a newer one meanwhile."""
    key = f"{checkpoint_prefix(job_id)}/{message.path.name}"
    try:
        stored = put(store, key, message.path, beat)
    except FileNotFoundError:
        return None
    if stored.sha256 != message.sha256:
        store.delete(key)
        return None
    return {"key": key, **message.model_dump(exclude={"type", "path"})}


def publication(job: Job, result: Result, artifacts: list[ArtifactRow], usage: AttemptOutcome) -> Publication:
    """The rows of a result whose files are in the store."""
    model = result.model
    trained = TrainedModelRow(name=job.name or job.id, method=job.method, **model) if model else None
    return Publication(
        artifacts=artifacts,
        clusterings=[clustering_row(row) for row in result.clusterings],
        summary=result.summary,
        trained_model=trained,
        environment=result.environment,
        usage=usage,
    )
