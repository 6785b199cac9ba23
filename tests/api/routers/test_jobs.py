import pytest

from api import paging
from models import lifecycle, listing, projects, workers
from models.trained_model import TrainedModel
from tests.api import rooms
from tests.api.rooms import SPEC, submit


def test_a_job_is_queued_with_every_default_filled_in(client, dataset, rings):
    answer = submit(client, name="mine", seed=7, labels={"paper": "fig3"}, scheduling={"priority": "high"})
    body = answer.json()
    assert answer.status_code == 202
    assert answer.headers["Location"] == f"/v1/jobs/{body['id']}" == body["links"]["self"]
    assert answer.headers["ETag"] == '"1"'
    assert int(answer.headers["Retry-After"]) >= 2
    assert (body["state"], body["done"], body["kind"], body["dataset"]) == (
        "queued",
        False,
        "cluster",
        dataset,
    )
    assert (body["seed"], body["priority"], body["labels"]) == (7, "high", {"paper": "fig3"})
    assert body["spec"]["lr"] > 0
    assert body["outputs"]["soft"] is True
    assert rings == ["cpu"]
    assert client.get(body["links"]["self"]).json() == body
    reads = body["links"].keys() - {"result", "cancel", "pause", "resume", "retry"}
    assert {client.get(body["links"][name]).status_code for name in reads} == {200}
    assert client.get(body["links"]["result"]).json()["code"] == "result_not_ready"


def test_a_queued_job_says_where_it_stands(client, dataset):
    first, second = submit(client).json(), submit(client).json()
    queue = client.get(f"/v1/jobs/{second['id']}").json()["queue"]
    assert (first["queue"]["position"], queue["position"], queue["ahead_in_project"]) == (1, 2, 1)
    assert queue["reason"] == "no_worker_online"


def test_a_job_may_wait_for_a_dataset_that_is_still_being_checked(client):
    client.post("/v1/datasets?name=digits", content=b"1,2\n", headers={"Content-Type": "text/csv"})
    answer = submit(client)
    assert answer.status_code == 202
    assert answer.json()["queue"]["reason"] == "waiting_for_dataset"


@pytest.mark.parametrize("read", [True, False])
def test_a_field_that_changes_nothing_is_pointed_at_whatever_is_known_of_the_data(client, db, files, read):
    if read:
        rooms.ready_dataset(db, files)
    else:
        client.post("/v1/datasets?name=digits", content=b"1,2\n", headers={"Content-Type": "text/csv"})
    (entry,) = submit(client, {**SPEC, "brb": {"interval": 1, "noise": 0.3}}).json()["errors"]
    assert (entry["pointer"], entry["code"]) == ("/spec/brb/noise", "no_effect")
    assert entry["accepted"] == {"enum": [0.5]}


def test_the_spec_of_a_job_as_it_is_shown_can_be_submitted_again(client, dataset):
    shown = submit(client, {**SPEC, "brb": {"interval": 1}}).json()["spec"]
    assert submit(client, shown).status_code == 202


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"spec": {"method": "dcn"}}, "/spec/n_clusters"),
        ({"spec": {"n_clusters": 3}}, "/spec/method"),
        ({"spec": {"method": "magic"}}, "/spec/method"),
        ({"spec": {**SPEC, "n_clusters": 1}}, "/spec/n_clusters"),
        ({"spec": {**SPEC, "max_iter": 3}}, "/spec/max_iter"),
        ({"spec": {**SPEC, "net": {"type": "mlp", "hidden": [-1]}}}, "/spec/net/hidden/0"),
        ({"seed": -1}, "/seed"),
        ({"colour": "red"}, "/colour"),
        ({"labels": {"a": 1}}, "/labels/a"),
        ({"scheduling": {"priority": "urgent"}}, "/scheduling/priority"),
        ({"scheduling": {"start_deadline": "2026-01-01T00:00:00"}}, "/scheduling/start_deadline"),
        ({"scheduling": {"start_deadline": "2026-01-01T00:00:00Z"}}, "/scheduling/start_deadline"),
    ],
)
def test_an_invalid_field_is_pointed_at(client, dataset, change, pointer):
    answer = submit(client, **change)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer
    assert client.get("/v1/jobs").json()["data"] == []


def test_another_methods_parameter_is_refused_with_those_that_the_method_takes(client, dataset):
    entry = submit(client, {"method": "kmeans", "n_clusters": 3, "pretrain_epochs": 5}).json()["errors"][0]
    assert entry["pointer"] == "/spec/pretrain_epochs"
    assert "n_init" in entry["accepted"]


def test_an_unknown_method_is_refused_with_those_there_are(client, dataset):
    entry = submit(client, {"method": "magic"}).json()["errors"][0]
    assert {"dcn", "kmeans"} <= set(entry["accepted"])


def test_more_clusters_than_samples_are_refused(client, dataset):
    answer = submit(client, {"method": "kmeans", "n_clusters": 13})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_submission")
    assert answer.json()["errors"][0]["pointer"] == "/spec/n_clusters"


def test_a_net_that_does_not_fit_the_samples_is_refused(client, db, files):
    rooms.ready_dataset(db, files, images=False)
    answer = submit(client, {**SPEC, "net": {"type": "conv"}})
    assert answer.json()["errors"][0]["pointer"] == "/spec/net/type"
    answer = submit(client, {**SPEC, "augment": {"type": "affine"}})
    assert answer.json()["errors"][0]["pointer"].startswith("/spec/augment")


def test_an_unknown_dataset_or_model_is_refused(client, dataset):
    assert submit(client, dataset="nowhere").status_code == 404
    answer = submit(client, {**SPEC, "initial_model": "mdl_nowhere"})
    assert answer.json()["errors"][0]["pointer"] == "/spec/initial_model"


def test_a_job_can_start_from_a_trained_model(client, db, files):
    rooms.finished_job(db, files)
    model = client.get("/v1/models").json()["data"][0]["id"]
    answer = submit(client, {**SPEC, "initial_model": model})
    assert answer.json()["trained_from"] == model


@pytest.mark.parametrize(
    ("change", "pointer", "accepted"),
    [
        ({"embedding_dim": 4}, "/spec/embedding_dim", [10]),
        (
            {"net": {"hidden": [7], "type": "mlp"}},
            "/spec/net",
            [{"type": "mlp", "hidden": [500, 500, 2000], "activation": "relu"}],
        ),
    ],
)
def test_a_model_of_another_architecture_is_refused(client, db, files, change, pointer, accepted):
    rooms.finished_job(db, files)
    model = client.get("/v1/models").json()["data"][0]["id"]
    spec = {**SPEC, "initial_model": model, **change}
    answer = submit(client, spec)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_submission")
    (entry,) = answer.json()["errors"]
    assert (entry["pointer"], entry["accepted"]) == (pointer, {"enum": accepted})
    assert submit(client, spec, query="?validate_only=true").json()["problems"] == [entry]


def test_a_model_of_samples_of_another_shape_is_refused(client, db, files):
    rooms.finished_job(db, files)
    rooms.ready_dataset(db, files, images=False, name="rows")
    model = client.get("/v1/models").json()["data"][0]["id"]
    (entry,) = submit(client, {**SPEC, "initial_model": model}, dataset="rows").json()["errors"]
    assert (entry["pointer"], "4×4×1" in entry["message"]) == ("/spec/initial_model", True)


def test_a_model_that_an_older_version_left_is_refused(client, db, files):
    rooms.finished_job(db, files)
    model = client.get("/v1/models").json()["data"][0]["id"]
    with db.write() as session:
        session.get(TrainedModel, model).config = {"method": "dcn", "kernel": "gauss"}
        session.commit()
    (entry,) = submit(client, {**SPEC, "initial_model": model}).json()["errors"]
    assert (entry["pointer"], entry["code"]) == ("/spec/initial_model", "unreadable_model")


@pytest.mark.parametrize(
    ("resources", "pointer"),
    [
        ({"pool": "quantum"}, "/resources/pool"),
        ({"pool": "gpu", "gpu_memory_gib": 40}, "/resources/gpu_memory_gib"),
        ({"pool": "cpu", "gpu_memory_gib": 1}, "/resources/gpu_memory_gib"),
    ],
)
def test_what_no_worker_can_ever_run_is_refused(client, db, dataset, resources, pointer):
    with db.write() as session:
        workers.seen(session, workers.Sighting("gpu@a", "gpu", "cuda:0", "a", 1, memory_gib=24.0))
        session.commit()
    answer = submit(client, resources=resources)
    assert (answer.status_code, answer.json()["code"]) == (422, "unschedulable")
    assert answer.json()["errors"][0]["pointer"] == pointer
    fits = submit(client, resources={"pool": "gpu", "gpu_memory_gib": 24})
    assert fits.status_code == 202


def test_validate_only_stores_nothing_and_tells_everything(client, dataset, rings):
    body = submit(client, {"method": "kmeans", "n_clusters": 99}, query="?validate_only=true").json()
    assert body["spec"]["n_init"] == 10
    assert body["problems"][0]["pointer"] == "/spec/n_clusters"
    assert client.get("/v1/jobs").json()["data"] == []
    assert rings == []


def test_curl_d_without_a_content_type_is_read_as_json(client, dataset):
    text = '{"dataset": "digits", "spec": {"method": "kmeans", "n_clusters": 3}}'
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert client.post("/v1/jobs", content=text, headers=headers).status_code == 202


def test_a_body_that_is_no_json_is_refused(client):
    answer = client.post("/v1/jobs", content=b"{", headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "json_invalid")


def test_what_the_caller_has_is_304(client, dataset):
    job = submit(client).json()
    for tag in ('"1"', 'W/"1"', '"0", "1"', "*"):
        assert client.get(f"/v1/jobs/{job['id']}", headers={"If-None-Match": tag}).status_code == 304


def test_fields_narrow_what_is_shown(client, dataset):
    job = submit(client).json()
    assert client.get(f"/v1/jobs/{job['id']}?fields=state,progress").json().keys() == {
        "id",
        "state",
        "progress",
    }
    assert client.get("/v1/jobs?fields=state").json()["data"][0].keys() == {"id", "state"}
    assert client.get("/v1/jobs?fields=colour").status_code == 400


def test_lists_leave_heavy_fields_out_unless_asked(client, dataset):
    submit(client)
    assert "spec" not in client.get("/v1/jobs").json()["data"][0]
    assert "spec" in client.get("/v1/jobs?include=spec").json()["data"][0]


def test_lists_are_filtered(client, dataset):
    first = submit(client, labels={"paper": "fig3"}).json()["id"]
    second = submit(client, {"method": "kmeans", "n_clusters": 3}, name="second one").json()["id"]
    client.post(f"/v1/jobs/{second}/cancel")

    def ids(query):
        return [row["id"] for row in client.get(f"/v1/jobs?{query}").json()["data"]]

    assert ids("") == [second, first]
    assert ids("state=queued,running") == [first]
    assert ids("method=kmeans") == [second]
    assert ids("label.paper=fig3") == [first]
    assert ids("name~=ONE") == [second]
    assert ids(f"dataset={dataset}&order=asc") == [first, second]
    assert ids("kind=pretrain") == []


def test_jobs_are_renamed_relabeled_and_moved(client, dataset):
    url = f"/v1/jobs/{submit(client).json()['id']}"
    answer = client.patch(
        url, json={"name": "n", "labels": {"a": "b"}, "priority": "low"}, headers={"If-Match": '"1"'}
    )
    assert (answer.json()["name"], answer.json()["labels"], answer.json()["priority"]) == (
        "n",
        {"a": "b"},
        "low",
    )
    assert client.patch(url, json={"name": "x"}, headers={"If-Match": '"1"'}).status_code == 412
    assert client.patch(url, json={"state": "succeeded"}).status_code == 422


def test_only_a_job_that_has_ended_is_deleted(client, dataset):
    url = f"/v1/jobs/{submit(client).json()['id']}"
    assert client.delete(url).json()["code"] == "illegal_transition"
    client.post(f"{url}/cancel")
    assert client.delete(url).status_code == 202
    assert client.get(url).status_code == 404


def test_a_failed_job_tells_why(client, db, dataset):
    job = submit(client).json()["id"]
    lease = rooms.claimed(db, job)
    with db.write() as session:
        error = {"code": "diverged", "detail": "The loss became NaN in epoch 3."}
        lifecycle.fail(session, lease, error, lifecycle.AttemptOutcome())
        session.commit()
    body = client.get(f"/v1/jobs/{job}").json()
    assert (body["state"], body["done"], body["error"]["code"]) == ("failed", True, "diverged")
    assert "Retry-After" not in client.get(f"/v1/jobs/{job}").headers
    assert client.get(f"/v1/jobs/{job}/result/summary").json()["code"] == "no_result"


def test_the_default_project_is_there_from_the_start(db):
    with db.read() as session:
        assert projects.by_name(session, "default").name == "default"


def test_rows_are_counted_when_asked(client, db, dataset, monkeypatch):
    for _ in range(3):
        rooms.queued_job(db, dataset)
    assert "total" not in client.get("/v1/jobs").json()
    page = client.get("/v1/jobs?count=true&limit=1").json()
    assert (page["total"], len(page["data"])) == (3, 1)
    assert client.get(page["next"]).json()["total"] == 3
    assert client.get("/v1/jobs?count=true&state=running").json()["total"] == 0
    monkeypatch.setattr(listing, "COUNT_CAP", 2)
    monkeypatch.setattr(paging, "COUNT_CAP", 2)
    assert client.get("/v1/jobs?count=true").json()["total"] == "2+"
    for path in ("/v1/datasets", "/v1/models"):
        assert isinstance(client.get(f"{path}?count=true").json()["total"], int)
