"""The database goes away and comes back."""

import socket
import time

import pytest

from migrations import apply
from models.breaker import Breaker
from models.session import Database
from models.settings import ModelsSettings
from tests.api import rooms
from tests.servers import PostgreSQL


@pytest.fixture
def server():
    """A PostgreSQL of this test's own, since it is stopped."""
    server = PostgreSQL()
    try:
        server.start()
        apply.upgrade(server.url())
        yield server
    finally:
        server.remove()


def test_an_outage_is_503_at_once_and_over_when_it_is_over(server, make_client, storage, files):
    client = make_client(ModelsSettings(database_url=server.url(), store_url=storage.store_url))
    database = Database(server.url())
    rooms.ready_dataset(database, files)
    database.dispose()
    body = {"dataset": "digits", "spec": {"method": "kmeans", "n_clusters": 3}}
    job = client.post("/v1/jobs", json=body).json()["id"]

    server.stop()
    for _ in range(3):
        began = time.monotonic()
        answers = [client.get(f"/v1/jobs/{job}"), client.post("/v1/jobs", json=body)]
        for answer in answers:
            assert (answer.status_code, answer.json()["code"]) == (503, "database_unavailable")
            assert answer.headers["Retry-After"] == "1"
        assert time.monotonic() - began < 10
    assert client.get("/readyz").status_code == 503
    assert client.get("/healthz").status_code == 200

    server.start()
    end = time.monotonic() + 20
    while client.get(f"/v1/jobs/{job}").status_code != 200:
        assert time.monotonic() < end
        time.sleep(0.1)
    assert len(client.get("/v1/jobs").json()["data"]) == 1


def test_no_request_waits_for_a_silent_database_as_long_as_its_driver_would(
    make_client, storage, monkeypatch
):
    monkeypatch.setattr("models.session.Breaker", Breaker)
    monkeypatch.setattr("models.session.CONNECT_TIMEOUT_S", 30)
    with socket.create_server(("127.0.0.1", 0), backlog=64) as silent:
        url = f"postgresql://facet@127.0.0.1:{silent.getsockname()[1]}/facet"
        client = make_client(ModelsSettings(database_url=url, store_url=storage.store_url))
        client.get("/v1/jobs")
        for pause_s in (0.0, 1.2):
            time.sleep(pause_s)
            began = time.monotonic()
            answer = client.get("/v1/jobs")
            assert time.monotonic() - began < 15
            assert (answer.status_code, answer.json()["code"]) == (503, "database_unavailable")
