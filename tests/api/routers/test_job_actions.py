import pytest

from api import __version__
from tests.api import rooms


@pytest.fixture
def job(db, dataset):
    return rooms.queued_job(db, dataset)


def act(client, job, verb, **headers):
    answer = client.post(f"/v1/jobs/{job}/{verb}", headers=headers)
    return answer.status_code, answer.json().get("state") or answer.json()["code"]


def test_a_queued_job_is_canceled_at_once_and_repeats_change_nothing(client, job):
    assert act(client, job, "cancel") == (200, "canceled")
    assert act(client, job, "cancel") == (200, "canceled")


def test_a_running_job_is_canceled_by_its_worker(client, db, job):
    rooms.claimed(db, job)
    assert act(client, job, "cancel") == (200, "canceling")


def test_a_paused_job_keeps_its_place_and_is_rung_for_when_it_goes_on(client, job, rings):
    assert act(client, job, "pause") == (200, "paused")
    assert rings == []
    assert act(client, job, "resume") == (200, "queued")
    assert rings == ["cpu"]


def test_a_running_job_is_asked_to_pause(client, db, job):
    rooms.claimed(db, job)
    assert client.post(f"/v1/jobs/{job}/pause").json()["pause_requested"] is True


def test_what_has_ended_is_not_moved(client, db, job):
    rooms.ended(db, rooms.claimed(db, job))
    for verb in ("cancel", "pause", "resume"):
        assert act(client, job, verb) == (409, "already_finished")


def test_a_retry_is_a_new_job(client, db, job, rings):
    assert act(client, job, "retry") == (409, "illegal_transition")
    rooms.ended(db, rooms.claimed(db, job))
    answer = client.post(f"/v1/jobs/{job}/retry")
    body = answer.json()
    assert answer.status_code == 202
    assert (body["retried_from"], body["state"]) == (job, "queued")
    assert answer.headers["Location"] == f"/v1/jobs/{body['id']}"
    assert rings == ["cpu"]


def test_a_retry_is_run_by_the_version_of_now(client, db, dataset):
    job = rooms.queued_job(db, dataset, code_version="0.0.1")
    rooms.ended(db, rooms.claimed(db, job))
    retried = client.post(f"/v1/jobs/{job}/retry").json()["id"]
    codes = [client.get(f"/v1/jobs/{one}").json()["reproduce"]["code"] for one in (job, retried)]
    assert codes == ["0.0.1", __version__]


@pytest.mark.parametrize(
    ("resources", "field"),
    [({"gpu_memory_gib": 40.0}, "gpu_memory_gib"), ({"devices": 2}, "devices"), ({"pool": "gone"}, "pool")],
)
def test_a_retry_that_no_worker_can_run_any_more_is_refused(client, db, dataset, resources, field):
    job = rooms.queued_job(db, dataset, **resources)
    assert act(client, job, "cancel") == (200, "canceled")
    answer = client.post(f"/v1/jobs/{job}/retry")
    assert (answer.status_code, answer.json()["code"]) == (422, "unschedulable")
    assert answer.json()["errors"][0]["pointer"] == f"/resources/{field}"
    assert len(client.get("/v1/jobs").json()["data"]) == 1


def test_a_retry_whose_spec_this_version_cannot_read_is_refused(client, db, dataset):
    job = rooms.queued_job(db, dataset, method="of_old")
    assert act(client, job, "cancel") == (200, "canceled")
    answer = client.post(f"/v1/jobs/{job}/retry")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_submission")
    assert answer.json()["errors"][0]["code"] == "unreadable_spec"


def test_a_retry_with_a_key_happens_once(client, db, job):
    rooms.ended(db, rooms.claimed(db, job))
    key = {"Idempotency-Key": "0123456789abcdef"}
    first = client.post(f"/v1/jobs/{job}/retry", headers=key).json()
    assert client.post(f"/v1/jobs/{job}/retry", headers=key).json() == first
    assert len(client.get("/v1/jobs").json()["data"]) == 2


def test_a_key_belongs_to_one_action_of_one_job(client, job):
    key = {"Idempotency-Key": "0123456789abcdef"}
    assert act(client, job, "pause", **key) == (200, "paused")
    assert act(client, job, "cancel", **key) == (200, "canceled")
