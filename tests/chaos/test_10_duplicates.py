"""Every hint is delivered ten times and out of order."""

import random
from itertools import pairwise

from models.attempt import Cause
from tests.chaos.harness import FULL, Harness, until
from tests.chaos.toys import SAMPLES, SLOW

JOBS, WORKERS, COPIES = (40, 8, 10) if FULL else (4, 3, 10)


def test_each_job_runs_once_on_one_worker(harness: Harness) -> None:
    house = harness.house
    workers = [harness.worker() for _ in range(WORKERS)]
    dataset_id = house.dataset(SAMPLES)
    jobs = [house.submit(dataset_id, seed=seed, spec=SLOW) for seed in range(JOBS)]
    pools = ["cpu"] * JOBS * COPIES + ["elsewhere"] * JOBS
    random.Random(2).shuffle(pools)
    harness.ring(pools)
    until(lambda: all(map(harness.job_done, jobs)), within_s=JOBS * 15, what="all jobs have ended")
    attempts = [attempt for job_id in jobs for attempt in harness.attempts(job_id)]
    assert [attempt.cause for attempt in attempts] == [Cause.SUCCEEDED] * JOBS
    assert len({attempt.worker for attempt in attempts}) > 1
    for worker in workers:
        held = sorted((one for one in attempts if one.worker == worker.name), key=lambda one: one.started_at)
        for one, next_one in pairwise(held):
            assert one.ended_at <= next_one.started_at
    harness.assert_sound()
