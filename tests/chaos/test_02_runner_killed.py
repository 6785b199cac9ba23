"""Only the runner dies: by a kill, a segmentation fault, an abort."""

import signal

from models.attempt import Cause
from models.job import JobState
from tests.chaos.harness import Harness, until
from tests.chaos.toys import ENDLESS, SAMPLES, SLOW, labels_sha256, undisturbed_sha256


def test_the_worker_survives_and_the_job_resumes_on_it(harness: Harness) -> None:
    house = harness.house
    worker = harness.worker()
    harness.sweeper()
    dataset_id = house.dataset(SAMPLES)
    pool = worker.pool_process()
    for number in (signal.SIGKILL, signal.SIGSEGV, signal.SIGABRT):
        job_id = house.submit(dataset_id, spec=SLOW)
        until(lambda: harness.progressed(job_id), within_s=30, what="the job has a checkpoint")  # noqa: B023
        worker.runners()[0].send_signal(number)
        took_s = until(lambda: len(harness.attempts(job_id)) == 2, within_s=20, what="it starts again")  # noqa: B023
        assert took_s <= 5
        until(lambda: harness.job_done(job_id), within_s=60, what="the job has ended")  # noqa: B023
        first, second = harness.attempts(job_id)
        assert (first.cause, first.signal) == (Cause.CRASH, number)
        assert first.peak_rss_bytes > 2**20
        assert second.cause is Cause.SUCCEEDED
        assert labels_sha256(house, job_id) == undisturbed_sha256(0)
    assert worker.pool_process() == pool
    harness.assert_sound()


def test_a_job_that_kills_its_runner_twice_fails_and_the_next_one_starts(harness: Harness) -> None:
    house = harness.house
    worker = harness.worker()
    harness.sweeper()
    dataset_id = house.dataset(SAMPLES)
    poison = house.submit(dataset_id, spec=ENDLESS)
    healthy = house.submit(dataset_id, spec=SLOW)
    for attempt in (1, 2):
        until(lambda: harness.at_work(poison, attempt), within_s=30, what="the poison is at work")  # noqa: B023
        worker.runners()[0].kill()
    until(lambda: harness.attempts(healthy), within_s=10, what="the next job starts")
    job = house.job(poison)
    assert job.state is JobState.FAILED
    assert job.error["code"] == "worker_crashed"
    assert "SIGKILL" in job.error["detail"]
    until(lambda: harness.job_done(healthy), within_s=60, what="the healthy job has ended")
    assert house.state(healthy) is JobState.SUCCEEDED
    harness.assert_sound()
