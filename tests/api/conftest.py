"""The service as its callers see it: over HTTP, on a fresh database and store."""

import io

import numpy as np
import pytest
import structlog
from starlette.testclient import TestClient

from api.app import ROUTERS, create_app
from api.settings import ApiSettings
from models import keys, projects
from models.session import Database
from models.settings import ModelsSettings
from models.store import open_store
from tests.api import rooms
from worker.bell import bell


@pytest.fixture(scope="session", autouse=True)
def no_logs():
    """Nobody reads the log lines of these tests, and printing them takes longer than the requests."""
    structlog.configure(
        logger_factory=structlog.ReturnLoggerFactory(), processors=[structlog.processors.JSONRenderer()]
    )
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def routes():
    """Routes that apps share: each would work its own out at its first request, which outlasts most tests."""
    return create_app().router.routes[-len(ROUTERS) :]


@pytest.fixture
def rings(monkeypatch):
    """The pools that were rung, in order; no broker hears them."""
    heard = []
    monkeypatch.setattr(bell, "ring", heard.append)
    monkeypatch.setattr(bell, "heard", lambda: True)
    return heard


@pytest.fixture
def storage(sqlite_url, tmp_path):
    return ModelsSettings(database_url=sqlite_url, store_url=f"file:{tmp_path / 'store'}")


@pytest.fixture
def make_client(rings, storage, routes):
    """Starts the service with other settings or another database."""
    opened = []

    def make(storage=storage, **settings):
        app = create_app(ApiSettings(**{"tick_s": 0.02, **settings}), storage)
        app.router.routes[-len(routes) :] = routes
        client = TestClient(app, base_url="http://localhost", raise_server_exceptions=False)
        client.__enter__()
        opened.append(client)
        return client

    yield make
    for client in reversed(opened):
        client.__exit__(None, None, None)


@pytest.fixture
def client(make_client):
    """A caller on the same machine, without a key."""
    return make_client()


@pytest.fixture
def db(client, storage):
    """The service's database, as another process would open it."""
    database = Database(storage.database_url)
    yield database
    database.dispose()


@pytest.fixture
def files(storage):
    """The service's store."""
    return open_store(storage.store_url)


@pytest.fixture
def dataset(db, files):
    """The id of a dataset that is ready, named `digits`."""
    return rooms.ready_dataset(db, files)


@pytest.fixture
def key_of(db):
    """Makes a key of a project and gives its Authorization header."""

    def make(project="default", *, scopes=keys.SCOPES, **fields):
        with db.write() as session:
            owner = projects.get_or_create(session, project)
            _, token = keys.create(session, owner.id, name="test", scopes=scopes, **fields)
            session.commit()
        return {"Authorization": f"Bearer {token}"}

    return make


@pytest.fixture
def npy():
    """An array as the bytes of an npy file."""

    def pack(array):
        out = io.BytesIO()
        np.save(out, array, allow_pickle=False)
        return out.getvalue()

    return pack
