"""Connections: one `Database` a process, short sessions for reading and for writing."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.orm import Session, sessionmaker

from models.breaker import Breaker
from models.encoding import dumps

REVISION = "202611280530"
CONNECT_TIMEOUT_S = 2  # the least that libpq knows
POOL_TIMEOUT_S = 1
UNACKNOWLEDGED_MS = 2000
BUSY_TIMEOUT_MS = 20_000


class Database:
    """One process's way to the database.

    A session starts its transaction at its first statement and rolls back at its end unless the
    caller committed. On SQLite a writing one begins IMMEDIATE: it waits for its turn at the start
    instead of failing in the middle. Objects stay readable after the commit.
    """

    def __init__(self, url: str, *, pool_size: int = 5) -> None:
        self.url = database_url(url)
        self.engine = make_engine(self.url, pool_size=pool_size)
        self._read = sessionmaker(self.engine, expire_on_commit=False)
        writing = self.engine.execution_options(begin="IMMEDIATE")
        self._write = sessionmaker(writing, expire_on_commit=False)

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session whose changes last only if the caller commits them."""
        with self._write() as session:
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that only reads."""
        with self._read() as session:
            yield session

    def ping(self) -> None:
        """Ask the database for an answer; raises sqlalchemy.exc.SQLAlchemyError if none comes."""
        with self.engine.connect() as connection:
            connection.execute(text("SELECT 1"))

    def at_head(self) -> bool:
        """Whether the schema is the one that this code is written for; raises if the database is away."""
        with self.engine.connect() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return False
            version = connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all()
        return list(version) == [REVISION]

    def dispose(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def database_url(url: str) -> URL:
    """The URL with our driver: psycopg 3 for PostgreSQL, the standard library's for SQLite.

    Raises:
        ValueError: another engine, or SQLite in memory (several processes share the database).
    """
    parsed = make_url(url)
    match parsed.get_backend_name():
        case "postgresql":
            return parsed.set(drivername="postgresql+psycopg")
        case "sqlite" if parsed.database and parsed.database != ":memory:":
            return parsed.set(drivername="sqlite+pysqlite")
    met = parsed.render_as_string(hide_password=True)
    raise ValueError(f"database url {met!r}; give sqlite:///path or postgresql://user@host/name")


def make_engine(url: URL, *, pool_size: int = 5) -> Engine:
    """An engine with the settings that durability and a quick answer in an outage need."""
    if url.get_backend_name() == "sqlite":
        Path(url.database or "").resolve().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        engine = create_engine(url, json_serializer=dumps, pool_size=pool_size, max_overflow=pool_size)
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    engine = create_engine(
        url,
        json_serializer=dumps,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_pre_ping=True,
        pool_timeout=POOL_TIMEOUT_S,
        connect_args={
            "connect_timeout": CONNECT_TIMEOUT_S,
            "tcp_user_timeout": UNACKNOWLEDGED_MS,
            "options": "-c timezone=UTC",
        },
    )
    event.listen(engine, "do_connect", Breaker().connect)
    return engine


def _set_up_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver must not begin for us: see _begin_sqlite
    for pragma in (
        f"busy_timeout = {BUSY_TIMEOUT_MS}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    mode = connection.get_execution_options().get("begin", "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {mode}")
