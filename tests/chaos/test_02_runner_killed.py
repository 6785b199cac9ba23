"""Only the runner dies: by a kill, a segmentation fault, an abort."""

import signal

from models.attempt import Cause
from models.job import JobState
from tests.chaos.harness import Harness, Process, until
from tests.chaos.toys import BRIEF, ENDLESS, SAMPLES, SLOW, labels_sha256, undisturbed_sha256

GOES_ON_S = 5


def shoot(harness: Harness, worker: Process, number: int, *, spec: dict, attempts: int) -> str:
    """Kill the runner of a new job in each of its first attempts; returns the job's id."""
    job_id = harness.house.submit(harness.house.dataset(SAMPLES), spec=spec)
    for attempt in range(1, attempts + 1):
        until(lambda: harness.at_work(job_id, attempt), within_s=30, what="the runner is at work")  # noqa: B023
        worker.runners()[0].send_signal(number)
        until(lambda: len(harness.attempts(job_id)) > attempt or harness.job_done(job_id),  # noqa: B023
              within_s=GOES_ON_S, what="the slot goes on")  # fmt: skip
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
    healthy = house.submit(house.dataset(), spec=BRIEF)
    until(lambda: harness.attempts(healthy), within_s=GOES_ON_S, what="the next job starts")
    until(lambda: harness.job_done(healthy), within_s=60, what="and ends")
    assert house.state(healthy) is JobState.SUCCEEDED
    assert worker.pool_process() == pool
    harness.assert_sound()


FAULTS = """
import os, resource, signal, sys

def leave(*_):
    os._exit(7)

def starve(*_):
    resource.setrlimit(resource.RLIMIT_AS, (1, resource.getrlimit(resource.RLIMIT_AS)[1]))

if "worker.runner" in sys.argv or "worker.runner" in sys.orig_argv:
    signal.signal(signal.SIGUSR2, leave)
    signal.signal(signal.SIGWINCH, starve)
"""


def test_a_runner_that_leaves_starves_or_takes_too_long_costs_one_attempt(harness: Harness) -> None:
    """Faults of the runner's own making: the real process, with handlers that make them happen."""
    house = harness.house
    (house.folder / "sitecustomize.py").write_text(FAULTS)
    harness.environment["PYTHONPATH"] = str(house.folder)
    harness.sweeper()
    worker = harness.worker(WORKER_WARM="1")
    pool = worker.pool_process()
    for number, exit_codes in ((signal.SIGUSR2, {7}), (signal.SIGWINCH, {1, 3, None})):
        job_id = shoot(harness, worker, number, spec=SLOW, attempts=1)
        until(lambda: harness.job_done(job_id), within_s=60, what="the job has ended")  # noqa: B023
        first, second = harness.attempts(job_id)
        assert (first.cause, second.cause) == (Cause.CRASH, Cause.SUCCEEDED)
        assert first.exit_code in exit_codes
        assert labels_sha256(house, job_id) == undisturbed_sha256(0)
    late = house.submit(house.dataset(SAMPLES), spec=ENDLESS, max_duration_s=1.5)
    until(lambda: harness.job_done(late), within_s=30, what="the endless job is stopped")
    assert (house.state(late), house.job(late).error["code"]) == (JobState.FAILED, "timeout")
    assert [attempt.cause for attempt in harness.attempts(late)] == [Cause.TIMEOUT]
    healthy = house.submit(house.dataset(), spec=BRIEF)
    until(lambda: harness.attempts(healthy), within_s=GOES_ON_S, what="the next job starts")
    until(lambda: harness.job_done(healthy), within_s=60, what="and ends")
    assert worker.pool_process() == pool
    harness.assert_sound()
