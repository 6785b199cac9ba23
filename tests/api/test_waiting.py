import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from tests.api import rooms
from tests.api.rooms import SPEC, submit


def test_a_caller_can_wait_for_the_end_of_its_job(client, db, dataset):
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(submit, client, SPEC, {"Prefer": "wait=30"})
        job = next_job(client)
        rooms.ended(db, rooms.claimed(db, job))
        answer = waiting.result(timeout=30)
    assert answer.status_code == 201
    assert answer.json()["state"] == "succeeded"
    assert answer.headers["Preference-Applied"] == "wait=30"


def next_job(client):
    end = time.monotonic() + 20
    while time.monotonic() < end:
        if found := client.get("/v1/jobs").json()["data"]:
            return found[0]["id"]
        time.sleep(0.01)
    raise AssertionError("no job came")


def test_a_wait_that_is_too_short_ends_with_202(client, dataset):
    answer = submit(client, headers={"Prefer": "wait=0"})
    assert answer.status_code == 202


def nobody_may_wait(services):
    services.tailer.max_waiting = 0


def nothing_can_be_read(services):
    def read():
        raise away()

    services.database.read = read


def away():
    return OperationalError("SELECT", {}, Exception("away"))


@pytest.mark.parametrize("trouble", [nobody_may_wait, nothing_can_be_read])
def test_whatever_fails_while_it_waits_a_job_that_was_made_is_answered(client, dataset, db, files, trouble):
    model = rooms.finished_job(db, files) and client.get("/v1/models").json()["data"][0]
    trouble(client.app.state.services)
    headers = {"Prefer": "wait=10"}
    answers = [
        submit(client, headers=headers, dataset=dataset),
        client.post(model["links"]["predictions"], json={"dataset": dataset}, headers=headers),
    ]
    for answer in answers:
        assert (answer.status_code, answer.json()["state"]) == (202, "queued")
        assert answer.headers["Location"] == f"/v1/jobs/{answer.json()['id']}"
        assert "Preference-Applied" not in answer.headers


def test_an_outage_is_not_told_as_if_nothing_had_happened(client, db, dataset, monkeypatch):
    commit = Session.commit

    def unacknowledged(session):
        commit(session)
        raise away()

    monkeypatch.setattr(Session, "commit", unacknowledged)
    answer = submit(client)
    assert (answer.status_code, answer.json()["code"]) == (503, "database_unavailable")
    assert "not known" in answer.json()["detail"]
    assert len(client.get("/v1/jobs").json()["data"]) == 1


def test_a_long_poll_answers_when_the_job_moves(client, db, dataset):
    job = submit(client).json()
    threading.Timer(0.1, rooms.claimed, [db, job["id"]]).start()
    headers = {"If-None-Match": '"1"', "Prefer": "wait=30"}
    answer = client.get(f"/v1/jobs/{job['id']}", headers=headers)
    assert (answer.status_code, answer.json()["state"]) == (200, "running")


def test_a_wish_to_wait_is_confirmed_only_where_something_was_waited_for(client, dataset):
    job = submit(client).json()
    for path in (f"/v1/jobs/{job['id']}", f"/v1/datasets/{dataset}"):
        assert "Preference-Applied" not in client.get(path, headers={"Prefer": "wait=30"}).headers


def test_a_long_poll_answers_at_once_when_the_version_differs(client, dataset):
    job = submit(client).json()
    headers = {"If-None-Match": '"0"', "Prefer": "wait=60"}
    assert client.get(f"/v1/jobs/{job['id']}", headers=headers).status_code == 200


def test_a_long_poll_without_news_is_304(client, dataset):
    job = submit(client).json()
    answer = client.get(f"/v1/jobs/{job['id']}", headers={"If-None-Match": '"1"', "Prefer": "wait=1"})
    assert answer.status_code == 304
    assert answer.headers["ETag"] == '"1"'


def test_progress_is_news_too(client, db, dataset):
    job = submit(client).json()
    lease = rooms.claimed(db, job["id"])
    tag = client.get(f"/v1/jobs/{job['id']}").headers["ETag"]
    threading.Timer(0.1, rooms.progressed, [db, lease, 1]).start()
    headers = {"If-None-Match": tag, "Prefer": "wait=30"}
    answer = client.get(f"/v1/jobs/{job['id']}", headers=headers)
    assert answer.json()["progress"]["epoch"] == 1
    assert 2 <= int(answer.headers["Retry-After"]) <= 15
