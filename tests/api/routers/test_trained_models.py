import pytest

from tests.api import rooms


@pytest.fixture
def model(client, db, files):
    made = rooms.finished_job(db, files)
    return made, client.get("/v1/models").json()["data"][0]


def test_a_trained_model_says_what_it_accepts(client, model):
    made, row = model
    assert (row["job"], row["method"], row["input"]["shape"]) == (made.job, "dcn", [4, 4, 1])
    assert client.get(row["links"]["self"]).json() == row


def test_its_files_can_be_fetched_in_parts(client, model):
    files = {file["name"]: file["href"] for file in model[1]["files"]}
    assert files.keys() == {"model.json", "model.safetensors"}
    assert client.get(files["model.safetensors"]).content == b"weights"
    assert client.get(files["model.safetensors"], headers={"Range": "bytes=0-2"}).content == b"wei"


def test_it_outlives_its_job(client, model):
    made, row = model
    client.delete(f"/v1/jobs/{made.job}")
    assert client.get(row["files"][0]["href"]).status_code == 200


def test_what_is_not_there_is_404(client, model):
    assert client.get("/v1/models/mdl_1").status_code == 404
    assert client.get(f"/v1/models/{model[1]['id']}/files/labels-0.parquet").status_code == 404


def test_it_can_be_deleted_and_its_job_stays(client, model):
    made, row = model
    answer = client.delete(row["links"]["self"])
    assert (answer.status_code, answer.json()["id"]) == (202, row["id"])
    assert client.get(row["links"]["self"]).status_code == 404
    assert client.get(row["files"][0]["href"]).status_code == 404
    assert client.get(f"/v1/jobs/{made.job}/result/labels").status_code == 200


def test_a_job_starting_from_it_keeps_it(client, model):
    made, row = model
    spec = {"method": "dcn", "n_clusters": 3, "initial_model": row["id"]}
    job = client.post("/v1/jobs", json={"dataset": made.dataset, "spec": spec}).json()["id"]
    answer = client.delete(row["links"]["self"])
    assert (answer.status_code, answer.json()["code"], answer.json()["jobs"]) == (409, "in_use", [job])


def test_it_goes_with_its_job_when_asked(client, model):
    made, row = model
    assert client.delete(f"/v1/jobs/{made.job}?with=everything").status_code == 422
    assert client.delete(f"/v1/jobs/{made.job}?with=models").status_code == 202
    assert client.get(row["links"]["self"]).status_code == 404


def test_deleting_needs_the_scope_to_write_models(client, model, key_of):
    reader = key_of(scopes=["models:read"])
    assert client.delete(model[1]["links"]["self"], headers=reader).status_code == 403
