"""Serving with uvicorn until a signal."""

import sys

import uvicorn

from api.app import NoKeys, create_app, open_services, refuse_open_door
from api.counters import Counters
from api.settings import ApiSettings
from models.settings import ModelsSettings
from worker import logs

DRAIN_S = 2


def serve() -> int:
    """Serve with the environment's settings; 2 if they are refused."""
    logs.configure()
    settings, storage = ApiSettings(), ModelsSettings()
    services = open_services(settings, storage, Counters())
    try:
        refuse_open_door(services)
    except NoKeys as error:
        sys.stderr.write(f"{error}\n")
        return 2
    finally:
        services.database.dispose()
    uvicorn.run(
        create_app(settings, storage),
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        ws="none",
        timeout_graceful_shutdown=DRAIN_S,
    )
    return 0
