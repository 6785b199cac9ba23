from models import workers
from tests.api import rooms


def test_pools_tell_who_is_there_and_how_much_waits(client, db, files):
    rooms.queued_job(db, rooms.ready_dataset(db, files))
    with db.write() as session:
        workers.seen(session, workers.Sighting("gpu@a", "gpu", "cuda:0", "a", 1, memory_gib=24.0))
        workers.seen(session, workers.Sighting("ingest@a", "ingest", "cpu", "a", 2))
        session.commit()
    pools = {row["name"]: row for row in client.get("/v1/pools").json()["data"]}
    assert pools.keys() == {"cpu", "gpu"}
    assert (pools["cpu"]["queued"], pools["cpu"]["workers_online"]) == (1, 0)
    assert (pools["gpu"]["devices"], pools["gpu"]["gpu_memory_gib"]) == (["cuda:0"], 24.0)


def test_keys_are_those_of_the_own_project(client, key_of):
    key_of("other")
    assert client.get("/v1/keys").json()["data"] == []
    assert len(client.get("/v1/keys", headers=key_of()).json()["data"]) == 1
