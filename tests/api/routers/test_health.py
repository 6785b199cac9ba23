from sqlalchemy.exc import OperationalError

from tests.api import rooms


def test_a_living_process_says_so_without_a_key(make_client):
    client = make_client(require_key="always")
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json()["status"] == "ready"


def test_an_unreachable_database_makes_the_service_unready_but_alive(client, monkeypatch):
    def ping():
        raise OperationalError("SELECT 1", {}, Exception("gone"))

    monkeypatch.setattr(client.app.state.services.database, "ping", ping)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"] == {"database": False, "schema": True, "store": True}
    assert client.get("/healthz").status_code == 200


def test_an_old_schema_makes_the_service_unready(client, monkeypatch):
    monkeypatch.setattr(client.app.state.services.database, "at_head", lambda: False)
    assert client.get("/readyz").json()["checks"]["schema"] is False


def test_metrics_count_jobs_by_pool_and_state(client, db, files):
    rooms.queued_job(db, rooms.ready_dataset(db, files))
    assert 'facet_jobs{pool="cpu",state="queued"} 1.0' in client.get("/metrics").text


def test_the_root_tells_where_to_go(client):
    links = client.get("/").json()["links"]
    assert all(client.get(link).status_code == 200 for link in links.values())
