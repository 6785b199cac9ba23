"""What a job may ask for, and what is refused because nobody could ever give it."""

from datetime import timedelta

import numpy as np
import pytest

from models import workers
from models.worker import WorkerState
from tests.api.rooms import ready_dataset, submit

DCN = {"method": "dcn", "n_clusters": 3}
NORMED = {"method": "dcn", "n_clusters": 3, "net": {"type": "conv", "channels": [4]}}


@pytest.fixture
def dataset(db, files):
    return ready_dataset(db, files, x=np.zeros((12, 8, 8, 1), dtype=np.uint8))


@pytest.fixture
def pools(client, db):
    """Two slots of CPUs, one of them wide; GPUs alone and in pairs, and two small ones in a slot."""
    with db.write() as session:
        for number, (pool, device, memory_gib, devices) in enumerate(
            [
                ("cpu", "cpu", None, 1),
                ("cpu", "cpu", None, 3),
                ("gpu", "cuda:0", 80.0, 1),
                ("gpu", "cuda:0", 24.0, 2),
            ]
        ):
            named = f"{pool}@{number}", pool, device, "here", number
            workers.seen(session, workers.Sighting(*named, memory_gib=memory_gib, devices=devices))
        session.commit()


def asked(client, spec=DCN, **resources):
    return submit(client, spec, resources=resources)


def test_a_job_says_how_many_devices_it_was_given(client, dataset, pools):
    job = asked(client, devices=3).json()
    assert client.get(f"/v1/jobs/{job['id']}").json()["devices"] == 3
    assert client.get("/v1/jobs").json()["data"][0]["devices"] == 3
    assert submit(client).json()["devices"] == 1


def test_pools_tell_how_many_devices_a_job_can_have(client, pools):
    found = {row["name"]: row["max_devices"] for row in client.get("/v1/pools").json()["data"]}
    assert found == {"cpu": 3, "gpu": 2}


@pytest.mark.parametrize(
    ("state", "silent_s"),
    [
        (WorkerState.FULL, 0),
        (WorkerState.DRAINING, 0),
        (WorkerState.ONLINE, 61),
        (WorkerState.DRAINING, 1800),
    ],
)
def test_a_pool_whose_workers_are_full_or_away_keeps_its_jobs_waiting(client, db, dataset, state, silent_s):
    with db.write() as session:
        named = "gpu@a", "gpu", "cuda:0", "here", 1
        seen = workers.seen(session, workers.Sighting(*named, memory_gib=24.0, state=state))
        seen.seen_at -= timedelta(seconds=silent_s)
        workers.forget_absent(session)
        session.commit()
    assert asked(client, pool="gpu", gpu_memory_gib=24).status_code == 202
    assert asked(client, pool="gpu", gpu_memory_gib=40).status_code == 422
    (pool,) = [row for row in client.get("/v1/pools").json()["data"] if row["name"] == "gpu"]
    assert (pool["workers_online"], pool["queued"], pool["gpu_memory_gib"]) == (0, 1, 24.0)


def test_a_pool_that_nobody_was_seen_in_promises_nothing(client, dataset):
    assert [row["max_devices"] for row in client.get("/v1/pools").json()["data"]] == [None]
    assert asked(client, devices=2).json()["errors"][0]["accepted"] == {"le": 1}


@pytest.mark.parametrize("devices", [0, -1, 17, 1.5, "many"])
def test_the_number_of_devices_is_bounded(client, dataset, devices):
    answer = asked(client, devices=devices)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    assert answer.json()["errors"][0]["pointer"] == "/resources/devices"


@pytest.mark.parametrize(
    ("spec", "resources", "code", "accepted"),
    [
        (DCN, {"devices": 4}, "too_large", {"le": 3}),
        (DCN, {"pool": "gpu", "devices": 2, "gpu_memory_gib": 40}, "too_large", {"le": 1}),
        (NORMED, {"devices": 2}, "needs_gpu", {"le": 1}),
    ],
)
def test_devices_that_no_slot_has_are_refused(client, dataset, pools, spec, resources, code, accepted):
    for query in ("", "?validate_only=true"):
        answer = submit(client, spec, resources=resources, query=query)
        assert (answer.status_code, answer.json()["code"]) == (422, "unschedulable")
        (entry,) = answer.json()["errors"]
        assert (entry["pointer"], entry["code"]) == ("/resources/devices", code)
        assert (entry["accepted"], entry["message"]) == (accepted, answer.json()["detail"])


def test_batch_norms_are_shared_on_gpus(client, dataset, pools):
    assert asked(client, NORMED, pool="gpu", devices=2, gpu_memory_gib=24).status_code == 202


def test_who_trains_no_network_is_refused_more_than_one_device(client, dataset, pools):
    answer = asked(client, {"method": "kmeans", "n_clusters": 3}, devices=2)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_submission")
    (entry,) = answer.json()["errors"]
    assert (entry["pointer"], entry["code"]) == ("/resources/devices", "no_effect")
    assert (entry["accepted"], entry["message"][:27]) == ({"le": 1}, "k-means trains no network; ")
