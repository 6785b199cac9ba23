import numpy as np
import pytest
from sqlalchemy import event

from models.publication import Publication, TrainedModelRow
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


def test_a_page_of_models_takes_as_many_statements_as_one_model(client, model, db, files):
    def statements():
        asked = []
        event.listen(engine, "before_cursor_execute", note := lambda *given: asked.append(given[2]))
        rows = client.get("/v1/models").json()["data"]
        event.remove(engine, "before_cursor_execute", note)
        return len(asked), [len(row["files"]) for row in rows]

    engine = client.app.state.services.database.engine
    once, _ = statements()
    rooms.ended(db, rooms.claimed(db, rooms.queued_job(db, model[0].dataset)), trained())
    assert statements() == (once, [0, 2])


def trained():
    """What a job publishes that leaves a model without files."""
    row = TrainedModelRow("bare", "dcn", {}, {"kind": "images", "shape": [4, 4, 1], "dtype": "uint8"})
    return Publication(trained_model=row)


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


def predict(client, row, dataset, **headers):
    return client.post(row["links"]["predictions"], json={"dataset": dataset}, headers=headers)


def test_a_prediction_takes_one_device(client, model):
    made, row = model
    body = {"dataset": made.dataset, "resources": {"devices": 2}}
    answer = client.post(row["links"]["predictions"], json=body)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/resources/devices")
    assert answer.json()["detail"].startswith("A prediction trains no network;")


def test_new_samples_become_a_job_that_assigns_them(client, model, db, files, rings):
    _, row = model
    new = rooms.ready_dataset(db, files, name="new")
    answer = predict(client, row, "new", **{"Idempotency-Key": "a-key-of-sixteen"})
    job = answer.json()
    assert (answer.status_code, answer.headers["Location"]) == (202, f"/v1/jobs/{job['id']}")
    assert (job["kind"], job["method"], job["dataset"]) == ("predict", "dcn", new)
    assert (job["trained_from"], job["spec"]) == (row["id"], {"method": "dcn", "model": row["id"]})
    assert job["outputs"]["model"] is False
    assert job["name"] == "net on new"
    again = predict(client, row, "new", **{"Idempotency-Key": "a-key-of-sixteen"})
    assert again.json()["id"] == job["id"]
    assert [each["id"] for each in client.get("/v1/jobs?kind=predict").json()["data"]] == [job["id"]]
    assert rings == ["cpu"] * len(rings) != []
    assert client.delete(row["links"]["self"]).json()["code"] == "in_use"


def test_fewer_new_samples_than_clusters_are_welcome(client, model, db, files):
    x = np.zeros((1, 4, 4, 1), dtype=np.uint8)
    rooms.ready_dataset(db, files, name="one", x=x)
    assert predict(client, model[1], "one").status_code == 202


def test_samples_of_another_kind_or_shape_are_refused(client, model, db, files):
    rooms.ready_dataset(db, files, images=False, name="rows")
    rooms.ready_dataset(db, files, name="large", x=np.zeros((12, 5, 5, 1), dtype=np.uint8))
    for name, met in (("rows", "vectors of shape [4]"), ("large", "images of shape [5, 5, 1]")):
        answer = predict(client, model[1], name)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_submission")
        (found,) = answer.json()["errors"]
        assert (found["pointer"], found["code"]) == ("/dataset", "model_mismatch")
        assert found["accepted"] == {"kind": "images", "shape": [4, 4, 1]}
        assert f"holds {met}; model {model[1]['id']} takes images of shape [4, 4, 1]" in found["message"]


def test_an_unknown_model_or_dataset_predicts_nothing(client, model):
    made, row = model
    assert client.post("/v1/models/mdl_1/predictions", json={"dataset": made.dataset}).status_code == 404
    answer = predict(client, row, "nowhere")
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (404, "/dataset")


def test_it_goes_with_its_job_when_asked(client, model):
    made, row = model
    assert client.delete(f"/v1/jobs/{made.job}?with=everything").status_code == 422
    assert client.delete(f"/v1/jobs/{made.job}?with=models").status_code == 202
    assert client.get(row["links"]["self"]).status_code == 404


def test_deleting_needs_the_scope_to_write_models(client, model, key_of):
    reader = key_of(scopes=["models:read"])
    assert client.delete(model[1]["links"]["self"], headers=reader).status_code == 403
