"""Compression: JSON that is worth it, and nothing else."""

import pytest

from tests.api import rooms


@pytest.fixture
def made(client, db, files):
    return rooms.finished_job(db, files)


def test_long_json_is_compressed_for_those_who_take_it(client, made):
    packed, plain = (
        client.get("/v1/methods"),
        client.get("/v1/methods", headers={"Accept-Encoding": "identity"}),
    )
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.json() == plain.json()
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"])


@pytest.mark.parametrize(
    "path", ["/healthz", "/labels?format=csv", "/embeddings?format=npy", "/labels?format=parquet"]
)
def test_short_answers_and_tables_are_not(client, made, path):
    answer = client.get(path if path == "/healthz" else made.url + path)
    assert answer.status_code == 200
    assert "content-encoding" not in answer.headers


def test_stored_files_and_streams_are_not(client, made):
    for file in client.get(f"/v1/jobs/{made.job}/artifacts").json()["data"]:
        assert "content-encoding" not in client.get(file["href"]).headers
    stream = client.get(f"/v1/jobs/{made.job}/events", headers={"Accept": "text/event-stream"})
    assert "content-encoding" not in stream.headers
