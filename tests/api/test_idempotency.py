from concurrent.futures import ThreadPoolExecutor

import pytest

from models.settings import ModelsSettings
from tests.api import rooms
from tests.api.rooms import submit

KEY = {"Idempotency-Key": "a-key-of-sixteen-letters"}


def test_the_same_key_gives_the_same_job(client, dataset, rings):
    first, again = submit(client, headers=KEY), submit(client, headers=KEY)
    assert again.status_code == 202
    assert again.json() == first.json()
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["Idempotent-Replayed"] == "true"
    assert len(client.get("/v1/jobs").json()["data"]) == 1
    assert rings == ["cpu"]


def test_a_key_used_for_another_body_is_422(client, dataset):
    submit(client, headers=KEY)
    answer = submit(client, headers=KEY, seed=1)
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")


def test_a_refused_request_leaves_its_key_free(client, dataset):
    assert submit(client, {"method": "kmeans", "n_clusters": 99}, headers=KEY).status_code == 422
    assert submit(client, headers=KEY).status_code == 202


def test_keys_of_two_projects_are_apart(client, dataset, db, files, key_of):
    rooms.ready_dataset(db, files, owner="other")
    mine = submit(client, headers=KEY).json()
    other = submit(client, headers={**KEY, **key_of("other")}).json()
    assert mine["id"] != other["id"]


@pytest.mark.parametrize("key", ["short", "x" * 256, "with space in the key"])
def test_a_key_of_another_form_is_400(client, dataset, key):
    assert submit(client, headers={"Idempotency-Key": key}).status_code == 400


def test_fifty_posts_with_one_key_at_a_time_make_one_job(
    make_client, database_url, storage, database, files, rings
):
    client = make_client(ModelsSettings(database_url=database_url, store_url=storage.store_url))
    rooms.ready_dataset(database, files)
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda _: submit(client, headers=KEY), range(50)))
    assert {answer.status_code for answer in answers} == {202}
    assert all(answer.json() == answers[0].json() for answer in answers)
    assert sum("Idempotent-Replayed" not in answer.headers for answer in answers) == 1
    assert len(client.get("/v1/jobs").json()["data"]) == 1
    assert rings == ["cpu"]
