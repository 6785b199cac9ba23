"""The one task, and how a pool process lives around it."""

import os
import threading
import time
from functools import cache
from typing import Any

import structlog
from celery.signals import (
    setup_logging,
    worker_init,
    worker_process_init,
    worker_process_shutdown,
    worker_shutting_down,
)

from models import queue
from models.capacity import Capacity
from models.queue import INGEST_POOL, Claim
from models.session import Database
from worker import logs
from worker.bell import bell
from worker.broker import app
from worker.contact import Contact
from worker.ingest import ingest_one
from worker.lifeline import Tether
from worker.presence import Presence
from worker.settings import WorkerSettings
from worker.shift import Shift
from worker.station import Station, open_station
from worker.supervisor import supervise
from worker.watchdog import Watchdog

LEAVE_TURN_S = 0.1
FAREWELL_S = 1.0
log = structlog.get_logger(__name__)


@cache
def shift() -> Shift:
    """Shared by the Celery main process and its children: first called before the fork."""
    return Shift()


@cache
def tether() -> Tether:
    """Held by the Celery main process; first called before the fork."""
    return Tether()


@cache
def station() -> Station:
    """This child's station; first called after the fork."""
    return open_station(shift())


@app.task(name="wake")
def wake(pool: str) -> None:
    """Do what is claimable in a pool until nothing is. Safe to deliver never, twice or late."""
    here = station()
    if pool != here.settings.pool:
        log.warning("wake.wrong_pool", met=pool, accepted=here.settings.pool)
        return
    shift().begin_wake()
    try:
        work = ingest_next if pool == INGEST_POOL else run_next
        while not shift().ending() and has_room(here) and work(here):
            pass
    finally:
        shift().end_wake()


def has_room(here: Station) -> bool:
    """Whether there is disk space enough to begin something."""
    full = here.storage_full()
    if full:
        log.error("claim.storage_full", folder=str(here.den.folder))
    return not full


def run_next(here: Station) -> bool:
    """Claim a job and bring it to its end; False if there is none or the database is away."""
    claim = claim_one(here)
    if claim is not None:
        supervise(here, claim)
    return claim is not None


def claim_one(here: Station) -> Claim | None:
    """Take the job whose turn it is in this station's pool."""
    settings = here.settings
    return Contact(here.database).attempt(
        lambda session: queue.claim(
            session,
            pool=settings.pool,
            worker=settings.slot_name(),
            lease_s=settings.lease_s,
            capacity=Capacity(settings.devices, settings.gpu_memory_gib),
        )
    )


def ingest_next(here: Station) -> bool:
    """Check one dataset; jobs may have waited for it, so their pools are rung."""
    done = ingest_one(here.database, here.store, here.settings, recalled=here.out_of_time)
    if done:
        ring_claimable(here.database)
    return done


def leave(shift: Shift) -> None:
    """End the Celery main process once its pool process has drained; Celery itself would take seconds more.

    Nothing is lost by that: messages are acknowledged when they are received.
    """
    while not shift.ending() or shift.idle_s() == 0:
        time.sleep(LEAVE_TURN_S)
    deadline = time.monotonic() + FAREWELL_S
    while not shift.left() and time.monotonic() < deadline:
        time.sleep(LEAVE_TURN_S)
    log.info("worker.left")
    os._exit(0)


def ring_claimable(database: Database) -> None:
    """Ring every pool in which a worker could take something now."""
    for pool in Contact(database).attempt(queue.claimable_pools) or []:
        bell.ring(pool)


@setup_logging.connect
def _log_as_we_do(**_: Any) -> None:
    logs.configure()


@worker_init.connect
def _prepare_to_fork(**_: Any) -> None:
    shift()
    tether()
    Watchdog(shift(), WorkerSettings()).start()
    threading.Thread(target=leave, args=[shift()], name="leave", daemon=True).start()


@worker_shutting_down.connect
def _drain(**_: Any) -> None:
    shift().end()


@worker_process_init.connect
def _move_in(**_: Any) -> None:
    logs.configure()
    tether().hold()
    here = station()
    shift().end_wake()
    Presence(here).start()
    if here.settings.warm and here.settings.pool != INGEST_POOL:
        here.warm.warm_up()


@worker_process_shutdown.connect
def _move_out(**_: Any) -> None:
    station().warm.dismiss()
    station().den.remove()
