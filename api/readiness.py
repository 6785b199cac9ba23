"""Whether the service can work: the database, its schema, the store; a silent broker only slows it."""

from collections.abc import Callable
from typing import Any

import structlog
from obstore.exceptions import BaseError
from sqlalchemy.exc import SQLAlchemyError

from api.services import Services
from models.errors import ModelsError
from worker.bell import bell

log = structlog.get_logger()

PROBE = "probes/api"


def look(services: Services) -> dict[str, Any]:
    """The state of each part; `status` is ready or unready, `degraded` names what works only partly."""
    checks = {
        "database": _works(services.database.ping),
        "schema": _works(lambda: _at_head(services)),
        "store": _works(lambda: services.store.put(PROBE, b"ready")),
    }
    free = services.store.free_fraction()
    degraded = ["storage"] if free is not None and free < services.settings.min_free_share else []
    status = "ready" if all(checks.values()) else "unready"
    return {
        "status": status,
        "checks": checks,
        "degraded": degraded,
        "storage_free": free,
        "bells_unheard": bell.failures,
    }


def _at_head(services: Services) -> None:
    if not services.database.at_head():
        raise SQLAlchemyError("the database needs `facet migrate`")


def _works(check: Callable[[], object]) -> bool:
    try:
        check()
    except (SQLAlchemyError, ModelsError, BaseError, OSError) as error:
        log.warning("not_ready", error=repr(error)[:300])
        return False
    return True
