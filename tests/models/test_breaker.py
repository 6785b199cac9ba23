"""models.breaker: a silent host costs one caller its patience, not all."""

import socket
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.exc import OperationalError

from models.session import Database
from tests.servers import PostgreSQL


@pytest.fixture
def silent():
    """A host that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
        yield f"postgresql://facet@127.0.0.1:{server.getsockname()[1]}/facet"


def test_after_one_failure_the_others_hear_at_once(silent):
    database = Database(silent)

    def took_s(_):
        began = time.monotonic()
        with pytest.raises(OperationalError):
            database.ping()
        return time.monotonic() - began

    assert took_s(0) < 5
    with ThreadPoolExecutor(4) as pool:
        assert max(pool.map(took_s, range(8))) < 0.8
    time.sleep(1.1)
    with ThreadPoolExecutor(4) as pool:
        waits = sorted(pool.map(took_s, range(4)))
    assert waits[-2] < 0.8
    database.dispose()


def test_a_refusal_is_tried_anew_each_time():
    server = PostgreSQL()
    try:
        server.start()
        database = Database(server.url())
        server.stop()
        with pytest.raises(OperationalError):
            database.ping()
        server.start()
        database.ping()
        database.dispose()
    finally:
        server.remove()
