"""Whether the service can work: the database, its schema, the store; a silent broker only slows it."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import structlog
from anyio import to_thread
from obstore.exceptions import BaseError
from sqlalchemy.exc import SQLAlchemyError

from api.settings import ApiSettings
from models import probe
from models.errors import ModelsError
from models.session import Database
from models.store import Store
from worker.bell import bell

log = structlog.get_logger()

PROBE = "probes/api"
FRESH_S = 5.0
"""Seconds for which a look is told again, so that asking often, which needs no key, costs nothing."""


class Readiness:
    """Looks at every part, one look at a time however many ask, and at most every FRESH_S seconds."""

    def __init__(self, settings: ApiSettings, database: Database, store: Store) -> None:
        self._settings = settings
        self._database = database
        self._store = store
        self._looking = asyncio.Lock()
        self._found: dict[str, Any] = {}
        self._looked_at = float("-inf")

    async def now(self) -> dict[str, Any]:
        """The state of each part; `status` is ready or unready, `degraded` names what works only partly."""
        async with self._looking:
            if time.monotonic() - self._looked_at >= FRESH_S:
                self._found = await to_thread.run_sync(self._look)
                self._looked_at = time.monotonic()
            return self._found

    def _look(self) -> dict[str, Any]:
        at_head = _works(self._refuse_old_schema)
        checks = {
            "database": _works(self._write if at_head else self._database.ping),
            "schema": at_head,
            "store": _works(lambda: self._store.put(PROBE, b"ready")),
        }
        free = self._store.free_fraction()
        full = free is not None and free < self._settings.min_free_share
        troubles = {"storage": full, "broker": not bell.heard()}
        return {
            "status": "ready" if all(checks.values()) else "unready",
            "checks": checks,
            "degraded": [part for part, troubled in troubles.items() if troubled],
            "storage_free": free,
            "bells_unheard": bell.failures,
        }

    def _refuse_old_schema(self) -> None:
        if not self._database.at_head():
            raise SQLAlchemyError("the database needs `facet migrate`")

    def _write(self) -> None:
        with self._database.write() as session:
            probe.write(session)
            session.commit()


def _works(check: Callable[[], object]) -> bool:
    try:
        check()
    except (SQLAlchemyError, ModelsError, BaseError, OSError) as error:
        log.warning("not_ready", error=repr(error)[:300])
        return False
    return True
