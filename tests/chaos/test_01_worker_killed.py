"""A worker dies by SIGKILL in the middle of an epoch."""

import random
import time
from datetime import UTC, datetime, timedelta

from models.attempt import Cause
from models.job import JobState
from tests.chaos.harness import LEASE_S, Harness, Process, until
from tests.chaos.toys import SAMPLES, SLOW, labels_sha256, undisturbed_sha256
from tests.pace import FULL

JOBS, WORKERS, KILLS = (50, 4, 60) if FULL else (3, 2, 3)
RESUMED_S = LEASE_S + 2


def holder(harness: Harness, workers: list[Process], job_id: str) -> Process:
    name = harness.house.job(job_id).worker
    return next(worker for worker in workers if worker.name == name)


def test_the_job_is_resumed_within_five_seconds_from_its_last_checkpoint(harness: Harness) -> None:
    house = harness.house
    sweeper = harness.sweeper()
    workers = [harness.starting_worker(), harness.starting_worker()]
    harness.ready(*workers)
    job_id = house.submit(house.dataset(SAMPLES), spec=SLOW)
    until(lambda: harness.progressed(job_id), within_s=30, what="the job has a checkpoint")
    harness.in_contact(sweeper)
    victim, step = holder(harness, workers, job_id), house.job(job_id).checkpoint["step"]
    victim.kill()
    took_s = until(lambda: len(harness.attempts(job_id)) == 2, within_s=15, what="the job is claimed again")
    assert took_s <= RESUMED_S
    until(lambda: harness.job_done(job_id), within_s=60, what="the job has ended")
    first, second = harness.attempts(job_id)
    assert (first.cause, second.cause) == (Cause.INFRA, Cause.SUCCEEDED)
    assert second.resumed_from["step"] >= step
    assert labels_sha256(house, job_id) == undisturbed_sha256(0)
    harness.assert_sound()


def test_a_storm_of_kills_loses_no_job_and_changes_no_label(harness: Harness) -> None:
    house, draw = harness.house, random.Random(1)
    dataset_id = house.dataset(SAMPLES)
    jobs = {house.submit(dataset_id, seed=seed, spec=SLOW): seed for seed in range(JOBS)}
    sweeper = harness.sweeper()
    workers = [harness.starting_worker() for _ in range(WORKERS)]
    harness.ready(*workers)
    harness.in_contact(sweeper)
    kills: dict[str, datetime] = {}
    for _ in range(KILLS):
        time.sleep(2)
        victim = workers.pop(draw.randrange(WORKERS))
        victim.kill()
        kills[victim.name] = datetime.now(UTC)
        workers.append(harness.starting_worker())
    until(lambda: all(map(harness.job_done, jobs)), within_s=JOBS * 20, what="all jobs have ended")
    assert {house.state(job_id) for job_id in jobs} == {JobState.SUCCEEDED}
    lost = [one for job_id in jobs for one in harness.attempts(job_id) if one.cause is Cause.INFRA]
    assert lost
    for attempt in lost:
        assert attempt.ended_at - kills[attempt.worker] <= timedelta(seconds=RESUMED_S)
    for job_id, seed in jobs.items():
        assert labels_sha256(house, job_id) == undisturbed_sha256(seed)
    harness.assert_sound()
