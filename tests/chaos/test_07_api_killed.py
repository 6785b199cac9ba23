"""The API dies while it creates a job: before the commit, after it, after the hint."""

import sys
from pathlib import Path

import httpx
import pytest

from models import queries
from tests.chaos.harness import Harness, until
from tests.worker.house import SPEC

KEY = {"Idempotency-Key": "one-key-for-this-request"}


def submit_to_the_dying(harness: Harness, moment: str) -> dict[str, object]:
    """Post a job to an API that dies at the moment; returns what was asked."""
    asked = {"dataset": harness.house.dataset(), "spec": SPEC}
    program = [sys.executable, "-m", "tests.chaos.dying_api", moment]
    api = harness.serve(program, PYTHONPATH=str(Path.cwd()))
    with pytest.raises(httpx.TransportError):
        api.post("/v1/jobs", json=asked, headers=KEY)
    until(api.process.gone, within_s=5, what="the API is dead")
    return asked


def jobs(harness: Harness) -> list[str]:
    with harness.house.database.read() as session:
        return [job.id for job in queries.list_jobs(session, harness.house.project_id()).rows]


def test_before_the_commit_nothing_is_left_and_a_retry_makes_one_job(harness: Harness) -> None:
    asked = submit_to_the_dying(harness, "before_commit")
    assert jobs(harness) == []
    answer = harness.api().post("/v1/jobs", json=asked, headers=KEY)
    assert answer.status_code == 202
    assert jobs(harness) == [answer.json()["id"]]
    harness.assert_sound()


def test_between_commit_and_hint_the_job_starts_within_ten_seconds(harness: Harness) -> None:
    harness.sweeper()
    harness.worker()
    submit_to_the_dying(harness, "after_commit")
    (job_id,) = jobs(harness)
    until(lambda: harness.attempts(job_id), within_s=10, what="the job is claimed")
    until(lambda: harness.job_done(job_id), within_s=30, what="the job has ended")
    harness.assert_sound()


@pytest.mark.parametrize("moment", ["after_commit", "after_ring"])
def test_a_retry_with_the_key_gets_the_job_that_was_made(harness: Harness, moment: str) -> None:
    asked = submit_to_the_dying(harness, moment)
    answer = harness.api().post("/v1/jobs", json=asked, headers=KEY)
    assert answer.status_code == 202
    assert answer.headers["Idempotent-Replayed"] == "true"
    assert jobs(harness) == [answer.json()["id"]]
    harness.assert_sound()
