"""Fifty requests at once with one Idempotency-Key."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.chaos.harness import Harness
from tests.worker.house import SPEC, furnish

REQUESTS = 50
KEY = {"Idempotency-Key": "the-only-key-of-them-all"}


@pytest.fixture
def harness(tmp_path: Path, database_url: str):
    with Harness(furnish(tmp_path, database_url)) as harness:
        yield harness


def test_they_make_one_job_and_get_equal_answers(harness: Harness) -> None:
    asked = {"dataset": harness.house.dataset(), "spec": SPEC}
    api = harness.api()
    with ThreadPoolExecutor(REQUESTS) as pool:
        sent = [pool.submit(api.post, "/v1/jobs", json=asked, headers=KEY) for _ in range(REQUESTS)]
    answers = [one.result() for one in sent]
    final = [again(api, asked) if answer.status_code == 409 else answer for answer in answers]
    assert {answer.status_code for answer in final} == {202}
    assert all(answer.json() == final[0].json() for answer in final)
    assert len(api.get("/v1/jobs").json()["data"]) == 1
    harness.assert_sound()


def again(api, asked):
    return api.post("/v1/jobs", json=asked, headers=KEY)
