"""models.session: how each engine is set up."""

import signal
import sqlite3
from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError, StatementError

from migrations import apply
from models import Event, clock, projects
from models.session import Database, database_url
from tests.servers import PostgreSQL


def test_a_session_that_is_not_committed_leaves_nothing(database):
    with database.write() as session:
        projects.get_or_create(session, "lab")
    with database.read() as session:
        assert [project.name for project in projects.list_projects(session)] == ["default"]


def test_committed_rows_are_readable_after_the_session(database):
    with database.write() as session:
        project = projects.get_or_create(session, "lab")
        session.commit()
    assert project.name == "lab"


def test_the_clock_is_aware_utc_and_moves_within_a_transaction(database):
    with database.write() as session:
        first = clock.now(session)
        session.execute(text("SELECT 1"))
        assert first.tzinfo is UTC
        assert clock.now(session) >= first
        assert abs((clock.now(session) - datetime.now(UTC)).total_seconds()) < 60


def test_naive_times_are_refused(database):
    with database.write() as session:
        event = Event(project_id="p", seq=1, type="x", at=datetime(2026, 1, 1), data={})
        session.add(event)
        with pytest.raises(StatementError, match="naive"):
            session.flush()


def test_sqlite_is_durable_and_checks_references(sqlite_database):
    with sqlite_database.read() as session:
        settings = {
            name: session.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 20_000}


def test_a_writer_on_sqlite_holds_the_lock_from_its_first_statement(sqlite_database):
    other = sqlite3.connect(sqlite_database.url.database, timeout=0, isolation_level=None)
    with sqlite_database.write() as session:
        clock.now(session)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        assert other.execute("SELECT count(*) FROM projects").fetchone() == (1,)
    other.close()


def test_the_folder_of_a_sqlite_file_is_made_for_its_owner_alone(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/a/b/facet.db")
    database.ping()
    database.dispose()
    folder = tmp_path / "a" / "b"
    assert (folder / "facet.db").exists()
    assert folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://root@localhost/x"])
def test_other_databases_are_refused_with_what_would_do(url):
    with pytest.raises(ValueError, match="give sqlite:///path or postgresql://"):
        database_url(url)


def test_an_absent_postgresql_is_noticed(tmp_path):
    database = Database("postgresql://nobody@127.0.0.1:1/x")
    with pytest.raises(OperationalError):
        database.ping()


def test_after_an_outage_the_same_object_works_again():
    server = PostgreSQL()
    try:
        server.start()
        apply.upgrade(server.url())
        database = Database(server.url())
        for how in (signal.SIGQUIT, signal.SIGINT):
            database.ping()
            server.stop(how)
            with pytest.raises(OperationalError):
                database.ping()
            server.start()
        with database.read() as session:
            assert projects.by_name(session, "default")
        database.dispose()
    finally:
        server.remove()
