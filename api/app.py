"""The app: routes, refusals, and what lives as long as the process."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

from anyio import to_thread
from fastapi import FastAPI
from starlette.types import Lifespan, Scope

from api import __version__, errors
from api.counters import Counters
from api.events import Tailer
from api.head import HeadAsGet
from api.middleware import UPLOADS, BodyLimit, Envelope, JsonByDefault
from api.openapi import describing
from api.packing import PackedJson
from api.readiness import Readiness
from api.routers import (
    account,
    clusters,
    datasets,
    events,
    health,
    job_actions,
    job_records,
    jobs,
    methods,
    presets,
    result_tables,
    samples,
    trained_models,
    uploads,
)
from api.services import Services
from api.settings import ApiSettings
from api.tables.npy import Headers
from api.tagging import TaggedJson
from models import keys
from models.session import Database
from models.settings import ModelsSettings
from models.store import open_store

ROUTERS = (
    uploads, datasets, samples, methods, presets, jobs, job_actions, job_records, result_tables, clusters,
    trained_models, events, account, health,
)  # fmt: skip


class NoKeys(RuntimeError):
    """Other machines could reach the service, and nobody has a key to it."""


def create_app(settings: ApiSettings | None = None, storage: ModelsSettings | None = None) -> FastAPI:
    """The service as an ASGI app; settings default to the environment's."""
    settings = settings or ApiSettings()
    counters = Counters()
    app = FastAPI(
        title="Facet",
        version=__version__,
        description="Deep clustering as a service.",
        openapi_url="/v1/openapi.json",
        docs_url="/docs" if settings.docs else None,
        redoc_url=None,
        lifespan=_life(settings, storage or ModelsSettings(), counters),
        redirect_slashes=False,
    )
    app.openapi = describing(app)  # type: ignore[method-assign]
    errors.install(app)
    app.add_middleware(TaggedJson)
    app.add_middleware(PackedJson)
    app.add_middleware(JsonByDefault)
    app.add_middleware(HeadAsGet)
    app.add_middleware(BodyLimit, limit=_body_limit(settings))
    app.add_middleware(Envelope, counters=counters)
    for module in ROUTERS:
        app.include_router(module.router)
    return app


def _life(settings: ApiSettings, storage: ModelsSettings, counters: Counters) -> Lifespan[FastAPI]:
    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        to_thread.current_default_thread_limiter().total_tokens = settings.threads
        app.state.services = services = open_services(settings, storage, counters)
        tailing = asyncio.create_task(services.tailer.run())
        try:
            await to_thread.run_sync(refuse_open_door, services)
            yield
        finally:
            tailing.cancel()
            with suppress(asyncio.CancelledError):
                await tailing
            services.database.dispose()

    return life


def _body_limit(settings: ApiSettings) -> Callable[[Scope], int]:
    def limit(scope: Scope) -> int:
        uploading = scope["method"] == "POST" and scope["path"] == UPLOADS
        return settings.max_upload_bytes + settings.max_body_bytes if uploading else settings.max_body_bytes

    return limit


def open_services(settings: ApiSettings, storage: ModelsSettings, counters: Counters) -> Services:
    """What requests use; with its overflow the pool has a connection for every thread."""
    database = Database(storage.database_url, pool_size=(settings.threads + 1) // 2)
    store = open_store(storage.store_url)
    tailer = Tailer(database, counters, tick_s=settings.tick_s, max_waiting=settings.max_waiting)
    readiness = Readiness(settings, database, store)
    return Services(settings, database, store, tailer, readiness, counters, Headers(store))


def refuse_open_door(services: Services) -> None:
    """Refuse to serve other machines while no key exists.

    Raises:
        NoKeys.
    """
    settings = services.settings
    if settings.keyless or settings.loopback:
        return
    with services.database.read() as session:
        if not keys.any_live(session):
            raise NoKeys(
                f"API_HOST={settings.host} needs an API key; make one with `facet admin keys create`."
            )
