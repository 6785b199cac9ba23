"""Fixtures for all tests: a migrated database on both engines, a store, and a Redis of our own."""

import os
import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, settings

from migrations import apply
from models import Base
from models.breaker import Breaker
from models.session import Database
from models.store import Store, open_store
from tests.servers import PostgreSQL, Redis
from tests.sharing import ByFolderOrFile

settings.register_profile(
    "facet",
    deadline=None,
    database=None,
    derandomize=os.environ.get("FACET_FUZZ") != "1",
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("facet")

LEFT_BEHIND = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFolderOrFile | None:
    """What the Makefile asks for by `--dist loadgroup`."""
    return ByFolderOrFile(config, log) if config.getoption("dist") == "loadgroup" else None


@pytest.fixture(scope="session", autouse=True)
def patient() -> Iterator[None]:
    """A machine that is busy with tests may open a connection slowly."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("models.session.Breaker", partial(Breaker, patience_s=30))
        patch.setattr("models.session.CONNECT_TIMEOUT_S", 30)
        yield


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgreSQL]:
    """A PostgreSQL server that all tests share; a test that stops it makes its own."""
    server = PostgreSQL()
    try:
        server.start()
        server.execute("CREATE DATABASE facet")
        yield server
    finally:
        server.remove()


@pytest.fixture(scope="session")
def postgresql_tables(postgresql_server: PostgreSQL) -> str:
    """A migrated PostgreSQL database."""
    url = postgresql_server.url("facet")
    apply.upgrade(url)
    return url


@pytest.fixture
def postgresql_url(postgresql_tables: str) -> str:
    """A migrated PostgreSQL database with nothing in it: emptying one takes a tenth of making one."""
    with psycopg.connect(postgresql_tables, autocommit=True) as connection:
        connection.execute(LEFT_BEHIND)
        for table in reversed(Base.metadata.sorted_tables):
            keep = "WHERE name <> 'default'" if table.name == "projects" else ""
            connection.execute(f"DELETE FROM {table.name} {keep}")
        connection.execute("UPDATE projects SET weight = 1, usage = 0, event_seq = 0")
    return postgresql_tables


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to be copied."""
    file = tmp_path_factory.mktemp("sqlite") / "template.db"
    apply.upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A fresh migrated SQLite database."""
    file = tmp_path / "facet.db"
    shutil.copy(sqlite_template, file)
    return f"sqlite:///{file}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh migrated database, once on each engine."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A fresh migrated database, once on each engine."""
    database = Database(database_url, pool_size=10)
    yield database
    database.dispose()


@pytest.fixture
def sqlite_database(sqlite_url: str) -> Iterator[Database]:
    """A fresh migrated SQLite database."""
    database = Database(sqlite_url)
    yield database
    database.dispose()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """An empty store in a directory."""
    return open_store(f"file:{tmp_path / 'store'}")


@pytest.fixture(scope="session")
def redis_server() -> Iterator[Redis]:
    """A Redis server that all tests share; a test that stops it makes its own."""
    server = Redis()
    try:
        server.start()
        yield server
    finally:
        server.remove()


@pytest.fixture
def redis_url(redis_server: Redis) -> str:
    """The URL of a running Redis."""
    return redis_server.url
