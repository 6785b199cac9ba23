"""The worker dies, or only its pool process; no runner may outlive it."""

from models.attempt import Cause
from models.job import JobState
from tests.chaos.harness import Harness, Process, until
from tests.chaos.toys import ENDLESS, SAMPLES
from tests.processes import surviving


def test_runners_are_gone_two_seconds_after_the_process_that_supervised_them(harness: Harness) -> None:
    house = harness.house
    harness.sweeper()
    worker = harness.worker(WORKER_WARM="1", WORKER_DEVICES="2")
    job_id = house.submit(house.dataset(SAMPLES), spec=ENDLESS, devices=2)
    pool = at_work(harness, worker, job_id, 1)
    assert_dies_with(worker, pool.kill)
    assert_whole_again(worker, pool)
    at_work(harness, worker, job_id, 2)
    assert_dies_with(worker, worker.kill)
    harness.end(job_id)
    harness.assert_sound()


def test_a_pool_process_that_takes_the_place_of_one_killed_idle_works_and_drains(harness: Harness) -> None:
    house = harness.house
    harness.sweeper()
    worker = harness.worker()
    first = worker.pool_process()
    first.kill()
    assert_whole_again(worker, first)
    job_id = house.submit(house.dataset(SAMPLES), spec=ENDLESS)
    at_work(harness, worker, job_id, 1)
    worker.terminate()
    until(worker.gone, within_s=15, what="the worker has drained")
    assert house.state(job_id) is JobState.QUEUED
    assert [one.cause for one in harness.attempts(job_id)] == [Cause.DRAIN]
    harness.end(job_id)
    harness.assert_sound()


def at_work(harness: Harness, worker: Process, job_id: str, attempt: int):
    """Wait until the job's attempt is at work; returns the pool process."""
    until(lambda: harness.at_work(job_id, attempt), within_s=40, what="the job is at work")
    return worker.pool_process()


def assert_whole_again(worker: Process, lost) -> None:
    until(lambda: worker.pool_process() not in (None, lost), within_s=10, what="the pool is whole again")


def assert_dies_with(worker: Process, kill) -> None:
    doomed = [worker.pool_process(), *worker.runners()]
    assert len(doomed) >= 3
    kill()
    assert surviving(doomed, within_s=2) == []
