"""models.breaker: a silent host costs one caller its patience, not all."""

import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from sqlalchemy.exc import OperationalError

from models.breaker import Breaker
from models.session import Database
from tests.servers import PostgreSQL


@pytest.fixture
def silent():
    """A host that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
        yield f"postgresql://facet@127.0.0.1:{server.getsockname()[1]}/facet"


class Clock:
    """The breaker's clock, which a test can put forward."""

    ahead_s = 0.0

    def monotonic(self):
        return time.monotonic() + self.ahead_s


def test_after_one_failure_the_others_hear_at_once(silent, monkeypatch):
    clock = Clock()
    monkeypatch.setattr("models.breaker.time", clock)
    monkeypatch.setattr("models.session.Breaker", partial(Breaker, pause_s=60))
    database = Database(silent)

    def waited(_):
        """Whether the caller waited for its own try; the host would have kept it for 30 s."""
        with pytest.raises(OperationalError, match=r"within 0\.8 s|a moment ago") as refused:
            database.ping()
        return "within" in str(refused.value)

    assert waited(0)
    with ThreadPoolExecutor(4) as pool:
        assert not any(pool.map(waited, range(8)))
        clock.ahead_s = 61
        assert sorted(pool.map(waited, range(4))) == [False, False, False, True]
    database.dispose()


class SlowDriver:
    """Opens no connection before it may."""

    class loaded_dbapi:  # noqa: N801
        OperationalError = RuntimeError

    def __init__(self):
        self.may = threading.Event()
        self.closed = threading.Event()

    def connect(self):
        assert self.may.wait(30)
        return self

    def close(self):
        self.closed.set()


def test_what_opens_too_late_is_closed_and_ends_the_pause():
    breaker, driver = Breaker(pause_s=60, patience_s=0.6), SlowDriver()
    with pytest.raises(RuntimeError, match=r"within 0\.6 s"):
        breaker.connect(driver, None, [], {})
    with pytest.raises(RuntimeError, match="a moment ago"):
        breaker.connect(driver, None, [], {})
    driver.may.set()
    assert driver.closed.wait(30)
    assert opened(breaker, driver) is driver


def opened(breaker, driver):
    """What it opens once it has heard of the connection that came too late."""
    end = time.monotonic() + 30
    while True:
        try:
            return breaker.connect(driver, None, [], {})
        except RuntimeError:
            assert time.monotonic() < end
            time.sleep(0.01)


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
