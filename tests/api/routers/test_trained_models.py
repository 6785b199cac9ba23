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
