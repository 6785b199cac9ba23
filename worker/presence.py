"""A worker says that it is there, also while it waits for a bell, and says goodbye."""

import os
import socket
import threading
import time

from models import workers
from models.worker import WorkerState
from models.workers import Sighting
from worker.contact import Contact
from worker.station import Station

TURN_S = 0.1


class Presence:
    """A background thread of the pool process with sessions of its own; it never touches a job."""

    def __init__(self, station: Station) -> None:
        self._station = station
        self._contact = Contact(station.database)

    def start(self) -> None:
        """Report now and with every heartbeat, until the worker drains and has nothing left to do."""
        threading.Thread(target=self._run, name="presence", daemon=True).start()

    def _run(self) -> None:
        shift, heartbeat_s = self._station.shift, self._station.settings.heartbeat_s
        reported_at, ending = float("-inf"), False
        while not (shift.ending() and shift.idle_s() > 0):
            if time.monotonic() - reported_at >= heartbeat_s or shift.ending() is not ending:
                reported_at, ending = time.monotonic(), shift.ending()
                self.report()
            time.sleep(TURN_S)
        self.farewell()

    def report(self) -> None:
        """Write down that this worker is there; an outage of the database is no matter."""
        settings = self._station.settings
        sighting = Sighting(
            name=settings.slot_name(),
            pool=settings.pool,
            device=settings.device,
            host=socket.gethostname(),
            pid=os.getpid(),
            memory_gib=settings.gpu_memory_gib,
            devices=settings.devices,
            state=self._state(),
        )
        self._contact.attempt(lambda session: workers.seen(session, sighting))

    def _state(self) -> WorkerState:
        if self._station.shift.ending():
            return WorkerState.DRAINING
        return WorkerState.FULL if self._station.storage_full() else WorkerState.ONLINE

    def farewell(self) -> None:
        """Say a last time that the worker drains, and leave nothing behind."""
        self.report()
        self._station.warm.dismiss()
        self._station.den.remove()
        self._station.shift.leave()
