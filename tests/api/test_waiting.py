import threading
import time
from concurrent.futures import ThreadPoolExecutor

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
