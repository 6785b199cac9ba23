"""HEAD answers what GET would, without a body."""

import pytest

from tests.api import rooms


@pytest.fixture
def made(client, db, files):
    return rooms.finished_job(db, files)


@pytest.mark.parametrize(
    "path",
    ["/", "/healthz", "/v1/jobs", "/v1/datasets/digits", "/v1/models/none", "/v1/none", "/v1/openapi.json"],
)
def test_head_has_the_status_and_the_headers_of_get(client, made, path):
    there, asked = client.get(path), client.head(path)
    assert (asked.status_code, asked.content) == (there.status_code, b"")
    own = ("x-request-id", "ratelimit")
    shown = [
        {name: value for name, value in one.headers.items() if name not in own} for one in (there, asked)
    ]
    if there.status_code == 200:
        assert shown[0] == shown[1]


def test_the_size_of_a_file_is_told_without_its_bytes(client, made):
    href = client.get(f"/v1/jobs/{made.job}/artifacts").json()["data"][0]["href"]
    asked = client.head(href)
    assert (asked.headers["content-length"], asked.content) == (str(len(client.get(href).content)), b"")


def test_head_of_a_stream_without_end_ends(client):
    asked = client.head("/v1/events", headers={"Accept": "text/event-stream"})
    assert asked.headers["content-type"].startswith("text/event-stream")


def test_head_where_get_is_not_is_405(client):
    answer = client.head("/v1/jobs/job_1/cancel")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
