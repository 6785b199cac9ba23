"""A worker says that it is there, also while it waits for a bell."""

import os
import socket
import threading

from models import workers
from models.session import Database
from models.worker import WorkerState
from models.workers import Sighting
from worker.contact import Contact
from worker.settings import WorkerSettings
from worker.shift import Shift


class Presence:
    """A background thread of the pool process with sessions of its own; it never touches a job."""

    def __init__(self, database: Database, settings: WorkerSettings, shift: Shift) -> None:
        self._contact = Contact(database)
        self._settings = settings
        self._shift = shift

    def start(self) -> None:
        """Report now and with every heartbeat until the process ends."""
        threading.Thread(target=self._run, name="presence", daemon=True).start()

    def _run(self) -> None:
        pause = threading.Event()
        while True:
            self.report()
            pause.wait(self._settings.heartbeat_s)

    def report(self) -> None:
        """Write down that this worker is there; an outage of the database is no matter."""
        sighting = Sighting(
            name=self._settings.slot_name(),
            pool=self._settings.pool,
            device=self._settings.device,
            host=socket.gethostname(),
            pid=os.getpid(),
            memory_gib=self._settings.gpu_memory_gib,
            state=WorkerState.DRAINING if self._shift.ending() else WorkerState.ONLINE,
        )
        self._contact.attempt(lambda session: workers.seen(session, sighting))
