"""migrations.apply: the schema goes up, is what models says, and comes down again."""

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import inspect

from migrations import apply
from models import projects
from models.session import REVISION, Database


def tables(url):
    database = Database(url)
    names = inspect(database.engine).get_table_names()
    database.dispose()
    return set(names)


def test_the_migrated_tables_are_those_of_the_models(database_url):
    apply.check(database_url)


def test_the_models_know_the_newest_revision(database):
    assert apply.head() == REVISION
    assert database.at_head()


def test_an_empty_database_is_not_at_head(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/empty.db")
    assert not database.at_head()
    database.dispose()


def test_migrating_down_leaves_nothing_and_up_again_everything(database_url):
    before = tables(database_url)
    apply.downgrade(database_url, "base")
    assert tables(database_url) == {"alembic_version"}
    assert apply.current(database_url) is None
    apply.upgrade(database_url)
    assert tables(database_url) == before


def test_a_new_database_has_the_default_project(database):
    with database.read() as session:
        default = projects.by_name(session, "default")
    assert (default.weight, default.usage, default.event_seq) == (1.0, 0.0, 0)
    assert default.created_at.tzinfo is not None


def test_processes_that_start_together_migrate_once(tmp_path, postgresql_url):
    apply.downgrade(postgresql_url, "base")
    for url in (f"sqlite:///{tmp_path}/together.db", postgresql_url):
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(apply.upgrade, [url] * 4))
        assert apply.current(url) == apply.head()
