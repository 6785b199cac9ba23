"""No row of one project is reachable with another project's key: every route, every id."""

import pytest

from tests.api import rooms

PUBLIC = ("/v1/methods/", "/v1/presets/", "/v1/problems/")
OF_SEVERAL = "/agreement"
"""Of a job with one clustering, which has nothing to compare, it is 404 for its owner too."""


@pytest.fixture
def foreign(client, db, files, key_of):
    """Ids of another project, and a key of one's own with every scope."""
    key_of("theirs")
    made = rooms.finished_job(db, files, owner="theirs")
    model = client.get("/v1/models", headers=key_of("theirs")).json()["data"][0]["id"]
    ids = {"dataset_id": made.dataset, "job_id": made.job, "model_id": model}
    return ids, key_of("mine")


def routes(client):
    """Every documented operation that names an object in its path."""
    for path, operations in client.get("/v1/openapi.json").json()["paths"].items():
        if "{" in path and not path.startswith(PUBLIC):
            yield from ((method.upper(), path) for method in operations)


def fill(path, ids):
    others = {"name": "model.json", "index": "0", "kind": "pca"}
    for name, value in {**ids, **others}.items():
        path = path.replace(f"{{{name}}}", value)
    assert "{" not in path
    return path


def test_a_foreign_id_is_404_on_every_route(client, foreign):
    ids, mine = foreign
    tried = 0
    for method, path in routes(client):
        body = {"PATCH": {}, "POST": {"dataset": ids["dataset_id"]}}.get(method)
        answer = client.request(method, fill(path, ids), headers=mine, json=body)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), (method, path)
        tried += 1
    assert tried > 30


def test_the_owner_reaches_the_same_routes(client, foreign, key_of):
    ids, _ = foreign
    theirs = key_of("theirs")
    for method, path in routes(client):
        if method == "GET" and not path.endswith(OF_SEVERAL):
            assert client.get(fill(path, ids), headers=theirs).status_code == 200, path


def test_foreign_things_are_in_no_list(client, foreign):
    _, mine = foreign
    for path in ("datasets", "jobs", "models", "events"):
        assert client.get(f"/v1/{path}", headers=mine).json()["data"] == []


def test_a_job_cannot_use_foreign_things(client, foreign, db, files):
    ids, mine = foreign
    spec = {"method": "dcn", "n_clusters": 2}
    assert (
        client.post("/v1/jobs", json={"dataset": ids["dataset_id"], "spec": spec}, headers=mine).status_code
        == 404
    )
    assert client.post("/v1/jobs", json={"dataset": "digits", "spec": spec}, headers=mine).status_code == 404
    rooms.ready_dataset(db, files, owner="mine", name="own")
    stolen = {**spec, "initial_model": ids["model_id"]}
    answer = client.post("/v1/jobs", json={"dataset": "own", "spec": stolen}, headers=mine)
    assert answer.json()["errors"][0]["pointer"] == "/spec/initial_model"


def test_the_same_bytes_are_two_datasets_in_two_projects(client, foreign, key_of):
    _, mine = foreign
    send = {"content": b"1,2\n", "headers": {"Content-Type": "text/csv"}}
    ids = set()
    for key in (mine, key_of("theirs")):
        headers = {**send["headers"], **key}
        ids.add(client.post("/v1/datasets?name=x", content=send["content"], headers=headers).json()["id"])
    assert len(ids) == 2
