"""Values that no honest client sends: each is a refusal of its own, never a failure of the service."""

from urllib.parse import quote

import pytest
from obstore.exceptions import GenericError
from sqlalchemy.exc import DataError

from tests.api import rooms

LONG = "9" * 5000
SPEC = {"method": "kmeans", "n_clusters": 2}


@pytest.mark.parametrize("number", [LONG, "9" * 30, "-1", "seven"])
def test_a_place_in_the_log_that_cannot_be_is_refused(client, number):
    assert client.get("/v1/events", params={"after_seq": number}).status_code == 422
    assert client.get("/v1/events", headers={"Last-Event-ID": number}).status_code == 400


def test_a_version_that_cannot_be_is_412(client, db, dataset):
    job = rooms.queued_job(db, dataset)
    answer = client.patch(f"/v1/jobs/{job}", json={"name": "x"}, headers={"If-Match": f'"{LONG}"'})
    assert answer.status_code == 412


def test_a_range_that_cannot_be_is_ignored(client, db, files):
    job = rooms.finished_job(db, files).job
    href = client.get(f"/v1/jobs/{job}/artifacts").json()["data"][0]["href"]
    assert client.get(href, headers={"Range": f"bytes={LONG}-"}).status_code == 200


def test_a_moment_outside_the_calendar_is_422(client, dataset):
    assert client.get("/v1/jobs", params={"created_after": "0001-01-01T00:00:00+10:00"}).status_code == 422
    late = {"start_deadline": "9999-12-31T23:59:59-10:00"}
    asked = {"dataset": dataset, "spec": SPEC, "scheduling": late}
    assert client.post("/v1/jobs", json=asked).json()["errors"][0]["pointer"] == "/scheduling/start_deadline"


@pytest.mark.parametrize(
    "fields", [{"name": "a\0b"}, {"name": "a\r\nb"}, {"labels": {"a": "\0"}}, {"labels": {'a"b': "1"}}]
)
def test_names_and_labels_hold_no_control_characters(client, dataset, fields):
    assert client.post("/v1/jobs", json={"dataset": dataset, "spec": SPEC, **fields}).status_code == 422
    assert client.patch(f"/v1/datasets/{dataset}", json=fields).status_code == 422


def test_a_label_that_nothing_can_bear_is_refused_as_a_filter(client):
    assert client.get('/v1/jobs?label.a"b=1').status_code == 400


def test_an_origin_that_is_no_address_is_refused(client):
    assert client.get("/v1/jobs", headers={"Origin": "http://["}).status_code == 403


def test_pages_of_a_dataset_are_found_by_any_name(client, dataset):
    client.patch(f"/v1/datasets/{dataset}", json={"name": "数字 <1>"})
    first = client.get(f"/v1/datasets/{quote('数字 <1>')}/samples?limit=5")
    following = first.json()["next"]
    assert first.headers["Link"] == f'<{following}>; rel="next"'
    assert [row["index"] for row in client.get(following).json()["data"]] == [5, 6, 7, 8, 9]


def test_what_the_database_cannot_keep_is_the_requests_fault(client):
    def route():
        raise DataError("INSERT", {}, ValueError("text fields cannot contain NUL"))

    client.app.add_api_route("/v1/raise", route)
    assert client.get("/v1/raise").json()["code"] == "bad_request"


def test_a_store_that_does_not_answer_is_503(client):
    def route():
        raise GenericError("the bucket is away")

    client.app.add_api_route("/v1/raise", route)
    assert client.get("/v1/raise").json()["code"] == "store_unavailable"


def test_405_names_the_methods_of_all_routes_of_the_path(client):
    assert client.put("/v1/datasets").headers["Allow"] == "GET, HEAD, POST"


def test_one_stream_too_many_is_503(make_client, db, dataset):
    crowded = make_client(max_waiting=1)
    crowded.app.state.services.tailer.waiting = 1
    answer = crowded.get("/v1/events", headers={"Accept": "text/event-stream"})
    assert answer.status_code == 503
    assert answer.json()["code"] == "too_many_waiting"


def test_an_upload_without_a_name_is_the_same_upload_again(client):
    headers = {"Content-Type": "text/csv", "Idempotency-Key": "0123456789abcdef"}
    answers = [client.post("/v1/datasets", content=b"1,2\n3,4\n", headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [202, 202]
    assert answers[1].json() == answers[0].json()
    assert answers[1].headers["Idempotent-Replayed"] == "true"


def test_a_picture_asked_for_by_name_is_not_cached_for_ever(client, dataset):
    by_id, by_name = (client.get(f"/v1/datasets/{one}/samples/0/image") for one in (dataset, "digits"))
    assert "immutable" in by_id.headers["Cache-Control"]
    assert by_name.headers["Cache-Control"] == "private, no-cache"


def test_a_job_that_has_ended_has_no_priority_to_change(client, db, files):
    job = rooms.finished_job(db, files).job
    answer = client.patch(f"/v1/jobs/{job}", json={"priority": "high"})
    assert answer.json()["code"] == "already_finished"
