"""`python -m worker.sweeper`: expired leases, lost bells, orphan bytes. Several may run; one leads."""

import os
import signal
import socket
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import structlog
from sqlalchemy.orm import Session

from models import catalog, expiry, leadership, queue
from models.session import Database
from models.settings import ModelsSettings
from models.store import open_store
from worker import logs
from worker.bell import bell
from worker.contact import Contact
from worker.processes import Identity
from worker.settings import WorkerSettings
from worker.tidying import Tidier

ROLE = "sweeper"
LEAD_SWEEPS = 3
log = structlog.get_logger(__name__)


def boot_s() -> float:
    """Seconds since boot, sleep of the machine included: a gap shows that everybody slept."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


@dataclass
class Sweeper:
    """Leads by a lease in the database, and takes jobs back only after one job lease of unbroken contact.

    While the database was away, or the machine slept, no holder could renew; none may lose its job for it.
    Sweeps that are a lease apart prove no contact either, so what takes long is left to `tidier`.
    """

    database: Database
    settings: WorkerSettings
    holder: str
    tidier: Tidier
    _contact_since: float | None = None
    _swept_at: float = 0.0
    _trusted: bool = False

    def sweep(self) -> bool:
        """One round; False if another process leads or the database is away."""
        now = boot_s()
        if now - self._swept_at > self.settings.lease_s:
            self._contact_since = None
        self._swept_at = now
        pools = Contact(self.database).attempt(self._round)
        if pools is None:
            self._contact_since = None
            return False
        self._contact_since = self._contact_since or now
        for pool in pools.claimable:
            bell.ring(pool)
        if pools.led:
            self.tidier.begin(now)
        return pools.led

    def _round(self, session: Session) -> "Round":
        lead_s = LEAD_SWEEPS * self.settings.sweep_s
        if not leadership.lead(session, role=ROLE, holder=self.holder, lease_s=lead_s):
            return Round(led=False, claimable=[])
        if self._in_contact():
            for job in expiry.expire_leases(session):
                log.warning("lease.expired", job_id=job.id, attempt=job.attempt, state=job.state.value)
            for dataset in catalog.expire_ingests(session):
                log.warning("ingest.expired", dataset_id=dataset.id, attempts=dataset.attempts)
        for job in expiry.expire_deadlines(session):
            log.info("job.expired", job_id=job.id, state=job.state.value)
        return Round(led=True, claimable=queue.claimable_pools(session))

    def _in_contact(self) -> bool:
        """Whether no holder of a lease was kept from renewing it for one whole lease."""
        since = self._contact_since
        held = since is not None and boot_s() - since >= self.settings.lease_s
        if held and not self._trusted:
            log.info("sweeper.in_contact", lease_s=self.settings.lease_s)
        self._trusted = held
        return held

    def sweep_on(self, stopped: threading.Event) -> None:
        """Sweep until told to stop, whatever goes wrong: without a sweeper lost jobs stay lost."""
        while not stopped.wait(self.settings.sweep_s):
            try:
                self.sweep()
            except Exception:
                log.exception("sweep.failed")
        self.step_down()

    def step_down(self) -> None:
        """Leave the lead to another process."""
        Contact(self.database).attempt(partial(leadership.step_down, role=ROLE, holder=self.holder))


@dataclass(frozen=True)
class Round:
    """What one round found: whether we lead, and the pools with work that nobody has taken."""

    led: bool
    claimable: Sequence[str]


def main() -> None:
    """Sweep until SIGTERM or SIGINT."""
    logs.configure()
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    settings, urls = WorkerSettings(), ModelsSettings()
    holder = f"{socket.gethostname()}:{Identity.of(os.getpid())}"
    database = Database(urls.database_url)
    tidier = Tidier(database, open_store(urls.store_url), settings.broker_url)
    sweeper = Sweeper(database, settings, holder, tidier)
    log.info("sweeper.started", holder=holder)
    sweeper.sweep_on(stopped)


if __name__ == "__main__":
    main()
