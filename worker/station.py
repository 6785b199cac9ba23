"""All that one worker process has at hand; made after the fork, once."""

import os
import shutil
from dataclasses import dataclass
from typing import cast

from models.session import Database
from models.settings import ModelsSettings
from models.store import Store, open_store
from worker.child import WarmRunner, runner_command
from worker.den import Den, reap_leftovers
from worker.processes import Identity
from worker.settings import WorkerSettings
from worker.shift import Shift

RESERVE_BYTES = 2 << 30
RESERVE_SHARE = 0.05


@dataclass(frozen=True)
class Station:
    """Settings, database, store and the means to run jobs. Nothing here may exist before the fork."""

    settings: WorkerSettings
    database: Database
    store: Store
    shift: Shift
    den: Den
    warm: WarmRunner

    def out_of_time(self) -> bool:
        """Whether a drain has lasted so long that nothing is to be waited for any more."""
        return self.shift.ending_s() > self.settings.drain_grace_s

    def storage_full(self) -> bool:
        """Whether no work should begin: scratch has neither 2 GiB nor 5 % free, or the store not 5 %."""
        usage = shutil.disk_usage(self.den.folder)
        share = self.store.free_fraction()
        return usage.free < min(RESERVE_BYTES, RESERVE_SHARE * usage.total) or (
            share is not None and share < RESERVE_SHARE
        )


def open_station(shift: Shift, settings: WorkerSettings | None = None) -> Station:
    """Reap what dead workers left behind, and open everything this process needs."""
    settings = settings or WorkerSettings()
    urls = ModelsSettings()
    reap_leftovers(settings.scratch)
    den = Den(settings.scratch, cast(Identity, Identity.of(os.getpid())))
    warm = WarmRunner(runner_command(), den=den, threads=settings.threads)
    return Station(settings, Database(urls.database_url), open_store(urls.store_url), shift, den, warm)
