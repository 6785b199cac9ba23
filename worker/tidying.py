"""Removing what nothing needs any more, beside the sweeps: in a large store it takes longer than a lease."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import structlog
from sqlalchemy.orm import Session

from models import clock, deletion, events, idempotency, workers
from models.session import Database
from models.store import Store
from worker.broker import broker_folder
from worker.contact import Contact
from worker.folder_transport import purge_processed
from worker.publishing import TROUBLE

EVERY_S = 60.0
KEEP_EVENTS = timedelta(days=7)
KEEP_ANSWERS = timedelta(hours=24)
KEEP_MESSAGES_S = 600.0
KEEP_STAGED_S = 3600.0
log = structlog.get_logger(__name__)


class Tidier:
    """Removes bytes that nothing needs, old events and answers, and read messages; one round at a time."""

    def __init__(self, database: Database, store: Store, broker_url: str) -> None:
        self._store = store
        self._broker_url = broker_url
        self._contact = Contact(database)
        self._began_s = float("-inf")
        self._thread: threading.Thread | None = None

    def begin(self, now_s: float) -> None:
        """Begin a round in a thread, unless one is under way or began less than EVERY_S before `now_s`."""
        under_way = self._thread is not None and self._thread.is_alive()
        if under_way or now_s - self._began_s <= EVERY_S:
            return
        self._began_s = now_s
        self._thread = threading.Thread(target=self.tidy, name="tidy", daemon=True)
        self._thread.start()

    def tidy(self) -> None:
        """One round; what goes wrong in one part of it keeps no other from being done."""
        parts: list[Callable[[], object]] = [
            partial(self._contact.attempt, _trim),
            self._purge,
            self._drop_abandoned_uploads,
            partial(self._store.discard_staged, older_than_s=KEEP_STAGED_S),
            self._drop_messages,
        ]
        for part in parts:
            try:
                part()
            except Exception:
                log.exception("tidy.failed")

    def _purge(self) -> None:
        for purge in self._contact.attempt(deletion.purge) or []:
            try:
                count = deletion.remove(self._store, purge)
            except TROUBLE as problem:
                log.warning("not_purged", kind=purge.kind, id=purge.id, problem=repr(problem)[:200])
                continue
            log.info("purged", kind=purge.kind, id=purge.id, objects=count)
            self._contact.attempt(partial(deletion.purged, purge=purge))

    def _drop_abandoned_uploads(self) -> None:
        uploads = list(self._store.list("uploads"))
        for key in self._contact.attempt(partial(deletion.abandoned_uploads, keys=uploads)) or []:
            self._store.delete(key)

    def _drop_messages(self) -> None:
        folder = broker_folder(self._broker_url)
        if folder is not None and folder.exists():
            purge_processed(folder, older_than_s=KEEP_MESSAGES_S, now_s=time.time())


def _trim(session: Session) -> None:
    now = clock.now(session)
    events.trim(session, before=now - KEEP_EVENTS)
    idempotency.trim(session, before=now - KEEP_ANSWERS)
    workers.forget_absent(session)
