from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import event

from models.errors import StorageFull
from tests.api import rooms
from worker.bell import bell


def test_a_living_process_says_so_without_a_key(make_client):
    client = make_client(require_key="always")
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json()["status"] == "ready"


def test_a_database_that_takes_no_writes_makes_the_service_unready_but_alive(client):
    def refuse_writes(connection, *_):
        connection.execute("PRAGMA query_only = ON")

    event.listen(client.app.state.services.database.engine, "checkout", refuse_writes)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"] == {"database": False, "schema": True, "store": True}
    assert client.get("/healthz").status_code == 200


def test_a_store_that_fails_makes_the_service_unready(client, monkeypatch):
    def full(key, value):
        raise StorageFull("the store has no room left")

    monkeypatch.setattr(client.app.state.services.store, "put", full)
    assert client.get("/readyz").json()["checks"] == {"database": True, "schema": True, "store": False}


def test_a_silent_broker_is_named_and_keeps_nobody_from_working(client, monkeypatch):
    monkeypatch.setattr(bell, "heard", lambda: False)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["degraded"]) == (200, ["broker"])


def test_asking_often_looks_once(client, monkeypatch):
    services, looks = client.app.state.services, []
    put = services.store.put
    monkeypatch.setattr(services.store, "put", lambda *given: looks.append(given) or put(*given))
    with ThreadPoolExecutor(8) as askers:
        answers = list(askers.map(lambda _: client.get("/readyz"), range(16)))
    assert {answer.status_code for answer in answers} == {200}
    assert len(looks) == 1
    monkeypatch.setattr("api.readiness.FRESH_S", 0.0)
    client.get("/readyz")
    assert len(looks) == 2


def test_an_old_schema_makes_the_service_unready(client, monkeypatch):
    monkeypatch.setattr(client.app.state.services.database, "at_head", lambda: False)
    assert client.get("/readyz").json()["checks"]["schema"] is False


def test_metrics_count_jobs_by_pool_and_state(client, db, files):
    rooms.queued_job(db, rooms.ready_dataset(db, files))
    assert 'facet_jobs{pool="cpu",state="queued"} 1.0' in client.get("/metrics").text


def test_the_root_tells_where_to_go(client):
    links = client.get("/").json()["links"]
    assert all(client.get(link).status_code == 200 for link in links.values())
