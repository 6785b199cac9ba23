"""Redis goes away, comes back empty, cuts its clients off, or stops answering."""

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from models.job import JobState
from tests.chaos.harness import Harness, until
from tests.chaos.toys import ENDLESS, SAMPLES
from tests.pace import FULL
from tests.servers import Redis
from tests.worker.house import SPEC, furnish

DOWN_S, HANG_S, POSTS = (60, 30, 100) if FULL else (3, 2, 15)
ROUNDS, LONGER_S = 3, 0.25


@pytest.fixture
def broker() -> Iterator[Redis]:
    server = Redis()
    server.start()
    yield server
    server.remove()


@pytest.fixture
def harness(tmp_path: Path, sqlite_url: str, broker: Redis) -> Iterator[Harness]:
    pools = '["cpu", "elsewhere"]'
    with Harness(furnish(tmp_path, sqlite_url), WORKER_BROKER_URL=broker.url, API_POOLS=pools) as harness:
        yield harness


def slowest_of_most(api, asked) -> float:
    """Post jobs, all of which must be accepted; returns the 95th percentile of the seconds it took."""
    took = []
    for _ in range(POSTS):
        began = time.monotonic()
        assert api.post("/v1/jobs", json=asked).status_code == 202
        took.append(time.monotonic() - began)
    return sorted(took)[int(0.95 * POSTS)]


def as_fast_as(usual_s, api, asked) -> bool:
    """Whether jobs are accepted about as fast as usual: in one of some rounds nearly all of them.

    A busy machine slows this round or that; a broker in the way slows some posts of every round.
    """
    return any(slowest_of_most(api, asked) < usual_s + LONGER_S for _ in range(ROUNDS))


def test_jobs_are_accepted_and_run_through_every_kind_of_trouble(harness: Harness, broker: Redis) -> None:
    house = harness.house
    dataset_id = house.dataset(SAMPLES)
    api = harness.api()
    harness.sweeper()
    busy = house.submit(dataset_id, spec=ENDLESS)
    worker = harness.worker()
    until(lambda: harness.progressed(busy), within_s=30, what="one worker is busy")
    worker.runners()[0].nice(19)  # busy, but not in the way of what is measured
    harness.worker(WORKER_WARM="1")
    idle_pool = {"dataset": house.dataset(), "spec": SPEC, "resources": {"pool": "elsewhere"}}
    asked = {"dataset": house.dataset(), "spec": SPEC}
    usual_s = min(slowest_of_most(api, idle_pool) for _ in range(ROUNDS))

    def starts_soon(what: str) -> None:
        job_id = api.post("/v1/jobs", json=asked).json()["id"]
        until(lambda: harness.attempts(job_id), within_s=10, what=f"a job starts after {what}")
        until(lambda: harness.job_done(job_id), within_s=60, what="and ends")
        assert house.state(job_id) is JobState.SUCCEEDED

    starts_soon("nothing has happened")
    for _ in range(3 if FULL else 1):
        broker.stop()
        down_until = time.monotonic() + DOWN_S
        assert as_fast_as(usual_s, api, idle_pool)
        time.sleep(max(0.0, down_until - time.monotonic()))
        broker.start()
        starts_soon("a restart")
    with redis.Redis.from_url(broker.url) as client:
        client.flushall()
        starts_soon("FLUSHALL")
        client.client_kill_filter(_type="normal", skipme=True)
        starts_soon("CLIENT KILL")
        broker.process.send_signal(signal.SIGSTOP)
        assert as_fast_as(usual_s, api, idle_pool)
        time.sleep(HANG_S)
        broker.process.send_signal(signal.SIGCONT)
        starts_soon("a hang")
    assert (house.state(busy), len(harness.attempts(busy))) == (JobState.RUNNING, 1)
    harness.end(busy)
    harness.assert_sound()
