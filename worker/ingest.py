"""Bytes to canonical dataset: claim an upload, have it read in a sandbox, accept or reject it."""

import os
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import structlog
from sqlalchemy.orm import Session

from models import catalog
from models.catalog import Canonical, IngestClaim
from models.dataset import Dataset
from models.errors import NotFound, StaleLease
from models.session import Database
from models.store import Store
from worker.contact import Contact
from worker.publishing import TROUBLE, put
from worker.reading import Described, Died, Problem, Reading, read_upload, time_for
from worker.settings import WorkerSettings
from worker.staging import fetch

CANONICAL_FILES = ("x.npy", "attributes.npy", "labels.parquet", "ids.parquet", "meta.json")
INSIST_S = 600
log = structlog.get_logger(__name__)


def ingest_one(
    database: Database,
    store: Store,
    settings: WorkerSettings,
    *,
    recalled: Callable[[], bool] = lambda: False,
) -> bool:
    """Check the dataset that has waited longest; once `recalled`, leave it to another try at no charge.

    The raw upload is deleted once the dataset is ready or rejected: the canonical files replace it.

    Returns:
        False if there is nothing to do now: none waits, the database is away, or this machine or its store
        could not do it and the dataset waits for another try.
    """
    contact = Contact(database)
    claim = contact.attempt(
        lambda session: catalog.claim_ingest(session, worker=settings.slot_name(), lease_s=settings.lease_s)
    )
    if claim is None:
        return False
    with structlog.contextvars.bound_contextvars(dataset_id=claim.dataset.id, attempt=claim.dataset.attempts):
        ingest = Ingest(contact, store, settings, claim, recalled)
        try:
            return ingest.run()
        except StaleLease as problem:
            log.warning("ingest.dropped", reason=str(problem))
            return True
        finally:
            ingest.clean_up()


class Ingest:
    """Holds the claim of one dataset; its files lie under a prefix that no other claim uses."""

    def __init__(
        self,
        contact: Contact,
        store: Store,
        settings: WorkerSettings,
        claim: IngestClaim,
        recalled: Callable[[], bool],
    ) -> None:
        self._contact = contact
        self._store = store
        self._settings = settings
        self._claim = claim
        self._recalled = recalled
        self._dataset = claim.dataset
        self._prefix = f"datasets/{claim.dataset.id}/{claim.token[:16]}"
        self._folder = settings.scratch.absolute() / "ingest" / f"{claim.dataset.id}-{os.getpid()}"
        self._beat_at = time.monotonic()

    def run(self) -> bool:
        """Read the upload and write down what came of it.

        Returns:
            Whether the dataset is ready or rejected.

        Raises:
            StaleLease: another worker has the dataset, or nobody.
        """
        log.info("ingest.claimed", format=self._dataset.format, size_bytes=self._dataset.size_bytes)
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(parents=True)
        try:
            return self._settle(self._read())
        except TROUBLE as problem:
            if isinstance(problem, StaleLease):
                raise
            log.warning("ingest.released", problem=repr(problem))
            return self._release()

    def clean_up(self) -> None:
        """Delete the scratch folder, and what was stored unless the dataset has taken it."""
        shutil.rmtree(self._folder, ignore_errors=True)
        pinned = self._contact.attempt(self._pinned)
        if pinned is not None and pinned != self._prefix:
            with suppress(*TROUBLE):
                self._store.delete_prefix(self._prefix)

    def _pinned(self, session: Session) -> str:
        dataset = session.get(Dataset, self._dataset.id)
        return "" if dataset is None or dataset.prefix is None else dataset.prefix

    def _read(self) -> Described | Problem:
        try:
            upload = self._local_upload()
        except NotFound:
            return Problem(code="internal", detail="The uploaded bytes are gone; upload them again.")
        verdict = read_upload(self._reading(upload), self._beat)
        if isinstance(verdict, Died) and not verdict.for_good:
            verdict = read_upload(self._reading(upload), self._beat)
        return verdict.problem if isinstance(verdict, Died) else verdict

    def _local_upload(self) -> Path:
        """The raw upload as a file: the store's own where it is a directory, else a copy."""
        key = self._dataset.upload_key
        self._store.size(key)
        if (local := self._store.local_path(key)) is not None:
            return local
        copy = self._folder / "upload"
        if fetch(self._store, key, copy, self._beat) != self._dataset.upload_sha256:
            raise OSError(f"{key} did not arrive as it was uploaded")
        return copy

    def _reading(self, upload: Path) -> Reading:
        return Reading(
            upload=upload,
            format=self._dataset.format,
            options=self._dataset.options,
            folder=self._folder / "reading",
            time_s=time_for(self._dataset.size_bytes),
        )

    def _settle(self, verdict: Described | Problem) -> bool:
        if isinstance(verdict, Described):
            return self._accept(verdict)
        if verdict.code == "storage_full":
            return self._release()
        log.info("ingest.rejected", code=verdict.code, detail=verdict.detail)
        return self._end(lambda session: catalog.reject(session, self._claim, verdict.model_dump()))

    def _accept(self, described: Described) -> bool:
        canonical = self._folder / "reading" / "canonical"
        for name in CANONICAL_FILES:
            if (path := canonical / name).is_file():
                put(self._store, f"{self._prefix}/{name}", path, self._beat)
                self._beat()
        rows = Canonical(**described.model_dump(), prefix=self._prefix)
        log.info("ingest.accepted", kind=rows.kind, n=rows.n, shape=rows.shape)
        return self._end(lambda session: catalog.accept(session, self._claim, rows))

    def _end(self, verb: Callable[[Session], Dataset]) -> bool:
        """Commit the end, through an outage too; then the raw upload is not needed any more."""
        until = time.monotonic() + INSIST_S
        if self._contact.insist(verb, give_up=lambda: time.monotonic() > until) is None:
            log.error("ingest.end_not_written", hint="the lease runs out and another worker repeats it")
            return False
        with suppress(*TROUBLE):
            self._store.delete(self._dataset.upload_key)
        return True

    def _release(self) -> bool:
        """Let another try follow: not the upload is to blame."""
        self._contact.attempt(lambda session: catalog.release_ingest(session, self._claim, charged=False))
        return False

    def _beat(self) -> None:
        """Renew the claim if that is due. Raises StaleLease; InterruptedError once the worker must end."""
        if self._recalled():
            raise InterruptedError("the worker drains")
        if time.monotonic() - self._beat_at < self._settings.heartbeat_s:
            return
        lease_s = self._settings.lease_s
        self._contact.attempt(lambda session: catalog.renew_ingest(session, self._claim, lease_s=lease_s))
        self._beat_at = time.monotonic()
