"""Only the runner dies: by a kill, a segmentation fault, an abort."""

import signal

from models.attempt import Cause
from models.job import JobState
from tests.chaos.harness import Harness, Process, until
from tests.chaos.toys import ENDLESS, SAMPLES, SLOW, labels_sha256, undisturbed_sha256


def shoot(harness: Harness, worker: Process, number: int, *, spec: dict, attempts: int) -> str:
    """Kill the runner of a new job in each of its first attempts; returns the job's id."""
    job_id = harness.house.submit(harness.house.dataset(SAMPLES), spec=spec)
    for attempt in range(1, attempts + 1):
        until(lambda: harness.at_work(job_id, attempt), within_s=30, what="the runner is at work")  # noqa: B023
        worker.runners()[0].send_signal(number)
        took_s = until(lambda: len(harness.attempts(job_id)) > attempt or harness.job_done(job_id),  # noqa: B023
                       within_s=20, what="the slot goes on")  # fmt: skip
        assert took_s <= 5
    return job_id


def test_the_worker_survives_and_jobs_resume_on_it(harness: Harness) -> None:
    house = harness.house
    harness.sweeper()
    worker = harness.worker(WORKER_WARM="1")
    pool = worker.pool_process()
    for number in (signal.SIGKILL, signal.SIGSEGV):
        job_id = shoot(harness, worker, number, spec=SLOW, attempts=1)
        until(lambda: harness.job_done(job_id), within_s=60, what="the job has ended")  # noqa: B023
        first, second = harness.attempts(job_id)
        assert (first.cause, first.signal, second.cause) == (Cause.CRASH, number, Cause.SUCCEEDED)
        assert first.peak_rss_bytes > 2**20
        assert labels_sha256(house, job_id) == undisturbed_sha256(0)
    poison = house.job(shoot(harness, worker, signal.SIGABRT, spec=ENDLESS, attempts=2))
    assert (poison.state, poison.error["code"]) == (JobState.FAILED, "worker_crashed")
    assert "SIGABRT" in poison.error["detail"]
    healthy = house.submit(house.dataset(), spec=SLOW)
    until(lambda: harness.attempts(healthy), within_s=5, what="the next job starts")
    until(lambda: harness.job_done(healthy), within_s=60, what="and ends")
    assert house.state(healthy) is JobState.SUCCEEDED
    assert worker.pool_process() == pool
    harness.assert_sound()
