import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.exc import OperationalError

from models import clock, deletion, lifecycle, queue, workers
from models.job import Job, JobState
from models.session import Database
from models.store import Store
from tests.worker.house import House
from worker import sweeper
from worker.settings import WorkerSettings
from worker.sweeper import Sweeper
from worker.tidying import Tidier

LEASE_S = 3.0


class Clock:
    """Seconds since boot, as a test says."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def boot(monkeypatch: pytest.MonkeyPatch) -> Clock:
    boot = Clock()
    monkeypatch.setattr(sweeper, "boot_s", boot)
    return boot


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    pools: list[str] = []
    monkeypatch.setattr(sweeper.bell, "ring", pools.append)
    yield pools


@pytest.fixture(autouse=True)
def tidied(house: House) -> Iterator[None]:
    """What tidies beside the sweeps of one test is gone before the next."""
    yield
    finish_tidying()


def make(house: House, holder: str = "one") -> Sweeper:
    settings = WorkerSettings(lease_s=LEASE_S, sweep_s=60)
    return Sweeper(house.database, settings, holder, tidier(house))


def tidier(house: House) -> Tidier:
    return Tidier(house.database, house.store, f"filesystem:{house.folder}/broker")


def orphan(house: House) -> str:
    """A running job whose lease has run out."""
    job_id = house.submit(house.dataset(6))
    with house.database.write() as session:
        queue.claim(session, pool="cpu", worker="dead", lease_s=LEASE_S)
        past = clock.now(session) - timedelta(seconds=1)
        session.execute(update(Job).where(Job.id == job_id).values(lease_until=past))
        session.commit()
    return job_id


def sweep_for(one: Sweeper, boot: Clock, seconds: float) -> None:
    for _ in range(int(seconds)):
        one.sweep()
        boot.now += 1


def test_a_lost_job_is_taken_back_and_its_pool_rung(house: House, boot: Clock, rung: list[str]) -> None:
    job_id = orphan(house)
    sweep_for(make(house), boot, LEASE_S + 1)
    assert house.state(job_id) is JobState.QUEUED
    assert "cpu" in rung


def test_nothing_is_taken_back_before_a_lease_of_contact(house: House, boot: Clock, rung: list[str]) -> None:
    job_id = orphan(house)
    sweep_for(make(house), boot, LEASE_S)
    assert house.state(job_id) is JobState.RUNNING


def test_an_outage_or_a_sleep_of_the_machine_starts_the_wait_anew(
    house: House, boot: Clock, rung: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = make(house)
    sweep_for(one, boot, LEASE_S + 5)
    job_id = orphan(house)

    def away(_: Database) -> None:
        raise OperationalError("BEGIN", {}, ConnectionRefusedError())

    with monkeypatch.context() as outage:
        outage.setattr(Database, "write", away)
        assert not one.sweep()
    sweep_for(one, boot, LEASE_S - 1)
    assert house.state(job_id) is JobState.RUNNING
    boot.now += 8 * 3600
    sweep_for(one, boot, LEASE_S - 1)
    assert house.state(job_id) is JobState.RUNNING
    sweep_for(one, boot, 2)
    assert house.state(job_id) is JobState.QUEUED


def test_of_two_sweepers_one_leads_and_the_other_takes_over(
    house: House, boot: Clock, rung: list[str]
) -> None:
    one, two = make(house, "one"), make(house, "two")
    assert (one.sweep(), two.sweep(), one.sweep()) == (True, False, True)
    one.step_down()
    assert two.sweep()


def test_a_lost_bell_is_rung_again_every_time(house: House, boot: Clock, rung: list[str]) -> None:
    house.submit(house.dataset(6))
    one = make(house)
    one.sweep()
    one.sweep()
    assert rung == ["cpu", "cpu"]


def test_a_job_past_its_start_deadline_expires(house: House, boot: Clock, rung: list[str]) -> None:
    with house.database.read() as session:
        past = clock.now(session) - timedelta(seconds=1)
    job_id = house.submit(house.dataset(6), start_deadline=past)
    make(house).sweep()
    assert house.state(job_id) is JobState.EXPIRED


def test_bytes_that_nothing_pins_are_removed(house: House, boot: Clock, rung: list[str]) -> None:
    job_id = house.submit(house.dataset(6))
    house.store.put(f"jobs/{job_id}/a1/soft-0.npy", b"x")
    with house.database.write() as session:
        lifecycle.cancel(session, house.project_id(), job_id)
        long_ago = clock.now(session) - timedelta(hours=1)
        session.execute(update(Job).where(Job.id == job_id).values(updated_at=long_ago))
        session.commit()
    tidier(house).tidy()
    assert list(house.store.list(f"jobs/{job_id}")) == []


def test_tidying_that_takes_longer_than_a_lease_keeps_no_lost_job(
    house: House, boot: Clock, rung: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, may_end, happened = threading.Event(), threading.Event(), []

    def crawl(_: Store, **__: float) -> None:
        happened.append("begun")
        begun.set()
        may_end.wait(60)
        happened.append("ended")

    monkeypatch.setattr(Store, "discard_staged", crawl)
    job_id, one = orphan(house), make(house)
    sweep_for(one, boot, 70)
    assert begun.wait(60)
    assert (happened, house.state(job_id)) == (["begun"], JobState.QUEUED)
    may_end.set()
    finish_tidying()


def finish_tidying() -> None:
    for thread in [each for each in threading.enumerate() if each.name == "tidy"]:
        thread.join(60)


def test_a_part_of_tidying_that_fails_keeps_no_other(
    house: House, boot: Clock, rung: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with house.database.write() as session:
        gone = workers.seen(session, workers.Sighting("w1", "cpu", "cpu", "here", 1))
        gone.seen_at -= timedelta(days=2)
        session.commit()

    def broken(*_: object, **__: object) -> None:
        raise OSError("the disk is broken")

    for name in ("list", "discard_staged"):
        monkeypatch.setattr(Store, name, broken)
    assert make(house).sweep()
    finish_tidying()
    with house.database.read() as session:
        assert workers.known(session) == []


def test_what_cannot_be_removed_keeps_nothing_else(
    house: House, boot: Clock, rung: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    purges = [deletion.Purge("job", name, 1, [f"jobs/{name}/"], ()) for name in ("job_1", "job_2")]
    monkeypatch.setattr(deletion, "purge", lambda session: purges)
    removed = []

    def remove(store: object, purge: deletion.Purge) -> int:
        if purge.id == "job_1":
            raise OSError("the disk is broken")
        removed.append(purge.id)
        return 0

    monkeypatch.setattr(deletion, "remove", remove)
    tidier(house).tidy()
    assert removed == ["job_2"]


def test_a_sweep_that_fails_is_not_the_last(
    house: House, rung: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped, rounds = threading.Event(), []

    def sweep(one: Sweeper) -> bool:
        rounds.append(one)
        if len(rounds) == 2:
            stopped.set()
        raise RuntimeError("a bug")

    monkeypatch.setattr(Sweeper, "sweep", sweep)
    Sweeper(house.database, WorkerSettings(sweep_s=0.01), "one", tidier(house)).sweep_on(stopped)
    assert len(rounds) == 2
