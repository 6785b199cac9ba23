"""Every hint is delivered ten times and out of order."""

import random
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

from models.attempt import Cause
from tests.chaos.harness import Harness, until
from tests.chaos.lone_runner import alone
from tests.chaos.toys import BRIEF, SAMPLES
from tests.pace import FULL

JOBS, WORKERS, COPIES = (40, 8, 10) if FULL else (4, 3, 10)


def lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


def test_each_job_runs_once_on_one_worker(harness: Harness, tmp_path: Path) -> None:
    house = harness.house
    words = tmp_path / "words"
    words.mkdir()
    program = ("tests.chaos.lone_worker", str(words))
    workers = [harness.starting_worker(program=program) for _ in range(WORKERS)]
    harness.ready(*workers)
    dataset_id = house.dataset(SAMPLES)
    jobs = [house.submit(dataset_id, seed=seed, spec=BRIEF) for seed in range(JOBS)]
    pools = ["cpu"] * JOBS * COPIES + ["elsewhere"] * JOBS
    random.Random(2).shuffle(pools)
    harness.ring(pools)
    until(lambda: all(map(harness.job_done, jobs)), within_s=JOBS * 15, what="all jobs have ended")
    assert {job_id: len(lines(words / f"{job_id}.runs")) for job_id in jobs} == dict.fromkeys(jobs, 1)
    assert list(words.glob("*.met")) == [], "no two runners of one job"
    assert list(words.glob("*.lock")) == []
    attempts = [attempt for job_id in jobs for attempt in harness.attempts(job_id)]
    assert [attempt.cause for attempt in attempts] == [Cause.SUCCEEDED] * JOBS
    assert len({attempt.worker for attempt in attempts}) > 1
    for worker in workers:
        held = sorted((one for one in attempts if one.worker == worker.name), key=lambda one: one.started_at)
        for one, next_one in pairwise(held):
            assert one.ended_at <= next_one.started_at
    harness.assert_sound()


def test_two_runners_of_one_job_would_be_seen(tmp_path: Path) -> None:
    orders = {name: SimpleNamespace(job_id=name[:3], attempt=1) for name in ("one", "one again", "two")}

    def train(order: SimpleNamespace) -> str:
        if order is orders["one"]:
            locked(orders["one again"])
            locked(orders["two"])
        return "trained"

    locked = alone(train, tmp_path)
    assert locked(orders["one"]) == "trained"
    met = {
        name: [len(lines(tmp_path / f"{name}.{what}")) for what in ("runs", "met")] for name in ("one", "two")
    }
    assert met == {"one": [2, 1], "two": [1, 0]}
    assert list(tmp_path.glob("*.lock")) == []
