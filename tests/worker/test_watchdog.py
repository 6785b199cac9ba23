import pytest

from worker.settings import WorkerSettings
from worker.shift import Shift
from worker.watchdog import Watchdog


class FakeShift(Shift):
    """A pool that has been idle for as long as a test says."""

    idle = 100.0

    def idle_s(self) -> float:
        return self.idle


@pytest.fixture
def shift() -> FakeShift:
    return FakeShift()


@pytest.fixture
def watchdog(shift: FakeShift) -> Watchdog:
    return Watchdog(shift, WorkerSettings(broker_url="redis://127.0.0.1:1/0"), deaf_after_s=60)


def test_bells_unread_for_a_minute_beside_an_idle_pool_mean_that_it_is_deaf(watchdog: Watchdog) -> None:
    assert [watchdog.look(1, 20), watchdog.look(2, 20), watchdog.look(3, 20)] == [False, False, True]


def test_a_read_bell_starts_the_count_anew(watchdog: Watchdog) -> None:
    assert [watchdog.look(1, 40), watchdog.look(0, 20), watchdog.look(1, 40)] == [False, False, False]


def test_a_busy_pool_is_not_deaf(watchdog: Watchdog, shift: FakeShift) -> None:
    shift.idle = 0.0
    assert not watchdog.look(1, 100)


def test_a_draining_worker_is_let_be(watchdog: Watchdog, shift: FakeShift) -> None:
    shift.end()
    assert not watchdog.look(1, 100)


def test_a_redis_that_does_not_answer_says_nothing_about_the_consumer(watchdog: Watchdog) -> None:
    assert watchdog.unread() == 0
