"""models.breaker: a silent host costs one caller its patience, not all."""

import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.exc import OperationalError

from models.breaker import Breaker
from models.session import Database
from tests.servers import PostgreSQL

LEAST_OF_LIBPQ_S = 2


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

    assert took_s(0) < LEAST_OF_LIBPQ_S
    with ThreadPoolExecutor(4) as pool:
        assert max(pool.map(took_s, range(8))) < 0.8
    time.sleep(1.1)
    with ThreadPoolExecutor(4) as pool:
        waits = sorted(pool.map(took_s, range(4)))
    assert waits[-2] < 0.8
    assert waits[-1] < LEAST_OF_LIBPQ_S
    database.dispose()


class SlowDriver:
    """Opens a connection after a while."""

    class loaded_dbapi:  # noqa: N801
        OperationalError = RuntimeError

    def __init__(self, wait_s):
        self.wait_s = wait_s
        self.closed = threading.Event()

    def connect(self):
        time.sleep(self.wait_s)
        return self

    def close(self):
        self.closed.set()


def test_what_opens_too_late_is_closed_and_ends_the_pause():
    breaker, driver = Breaker(pause_s=60, patience_s=0.05), SlowDriver(0.6)
    with pytest.raises(RuntimeError, match=r"within 0\.05 s"):
        breaker.connect(driver, None, [], {})
    assert driver.closed.wait(10)
    driver.wait_s = 0
    assert breaker.connect(driver, None, [], {}) is driver


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
