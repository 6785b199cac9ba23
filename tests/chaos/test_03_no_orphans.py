"""The worker dies; no runner may outlive it."""

import pytest

from models.job import JobState
from tests.chaos.harness import Harness, running, until
from tests.chaos.toys import ENDLESS, SAMPLES


@pytest.mark.parametrize("victim", ["main", "pool"])
def test_runners_are_gone_two_seconds_after_their_worker(harness: Harness, victim: str) -> None:
    house = harness.house
    worker = harness.worker()
    job_id = house.submit(house.dataset(SAMPLES), spec=ENDLESS)
    harness.sweeper()
    until(lambda: harness.progressed(job_id), within_s=30, what="the job is at work")
    until(lambda: len(worker.runners()) == 2, within_s=10, what="the next runner warms up")
    doomed = [*worker.runners(), worker.pool_process()]
    if victim == "main":
        worker.kill()
    else:
        worker.pool_process().kill()
    until(lambda: not any(map(running, doomed)), within_s=2, what="the runners are gone")
    harness.end(job_id)
    harness.assert_sound()


def test_a_pool_process_that_was_replaced_still_drains_in_good_order(harness: Harness) -> None:
    house = harness.house
    worker = harness.worker()
    harness.sweeper()
    first = worker.pool_process()
    first.kill()
    until(lambda: worker.pool_process() not in (None, first), within_s=10, what="the pool is whole again")
    job_id = house.submit(house.dataset(SAMPLES), spec=ENDLESS)
    until(lambda: harness.progressed(job_id), within_s=30, what="the job is at work")
    worker.terminate()
    until(worker.gone, within_s=15, what="the worker has drained")
    assert house.state(job_id) is JobState.QUEUED
    assert [one.cause for one in harness.attempts(job_id)] == ["drain"]
    harness.end(job_id)
    harness.assert_sound()
