"""Presets from the outside: what there is, and jobs by name."""

import pytest

from clustering.params import parse
from clustering.presets import PRESETS
from models import lifecycle, projects
from tests.api import rooms

TINY = {
    "epochs": 2,
    "pretrain_epochs": 1,
    "n_clusters": 3,
    "brb": {"interval": 1, "samples": 8},
    "batch_size": 4,
}


def submit(client, preset="brb/dcn-mnist", query="", headers=None, **fields):
    body = {"dataset": "digits", "preset": preset, **fields}
    return client.post(f"/v1/jobs{query}", json=body, headers=headers)


def test_every_preset_is_listed_with_its_whole_spec(client):
    rows = client.get("/v1/presets").json()["data"]
    assert [row["name"] for row in rows] == list(PRESETS)
    assert all(parse(row["spec"]).model_dump(mode="json") == row["spec"] for row in rows)
    assert all(row["title"] and row["paper"] and row["notes"] for row in rows)


def test_one_preset_tells_its_data_and_the_papers_figure(client):
    row = client.get("/v1/presets/brb/dcn-cifar10").json()
    assert (row["family"], row["method"], row["spec"]["lr"]) == ("brb", "dcn", 0.01)
    assert (row["dataset"]["n"], row["dataset"]["shape"], row["dataset"]["k"]) == (50_000, [32, 32, 3], 10)
    assert row["figure"]["acc"] == 91.23
    assert (row["kind"], client.get("/v1/presets/brb/simclr-cifar10").json()["kind"]) == (
        "cluster",
        "pretrain",
    )
    assert client.get(row["links"]["self"]).json() == row
    assert client.get(row["links"]["method"]).status_code == 200


def test_presets_are_filtered_by_method_and_paper(client):
    rows = client.get("/v1/presets?method=dec,idec&family=brb").json()["data"]
    assert {row["method"] for row in rows} == {"dec", "idec"}
    answer = client.get("/v1/presets?method=magic")
    assert (answer.status_code, "dcn" in answer.json()["accepted"]) == (400, True)


def test_an_unknown_preset_is_404_with_close_names(client):
    answer = client.get("/v1/presets/brb/dcn-mnis")
    assert (answer.status_code, answer.json()["accepted"][0]) == (404, "brb/dcn-mnist")


def test_a_job_by_preset_has_the_full_spec_and_remembers_the_name(client, dataset, rings):
    answer = submit(client, overrides=TINY, seed=3)
    body = answer.json()
    assert answer.status_code == 202, body
    whole = client.get("/v1/presets/brb/dcn-mnist").json()["spec"]
    changed = {**TINY, "brb": {**whole["brb"], **TINY["brb"]}}
    assert body["spec"] == {**whole, **changed}
    assert (body["preset"], body["method"], body["kind"], body["seed"]) == (
        "brb/dcn-mnist",
        "dcn",
        "cluster",
        3,
    )
    assert client.get(body["links"]["self"]).json() == body
    assert client.get("/v1/jobs").json()["data"][0]["preset"] == "brb/dcn-mnist"
    assert rings == ["cpu"]


def test_jobs_are_listed_by_preset(client, dataset):
    ids = [submit(client, name).json()["id"] for name in ("brb/dcn-mnist", "brb/dec-mnist")]
    found = client.get("/v1/jobs", params={"preset": "brb/dec-mnist"}).json()["data"]
    assert [job["id"] for job in found] == ids[1:]
    assert client.get("/v1/jobs?preset=brb/idec-mnist").json()["data"] == []


def test_a_job_by_its_own_spec_has_no_preset(client, dataset):
    body = {"dataset": "digits", "spec": {"method": "dcn", "n_clusters": 3}}
    assert client.post("/v1/jobs", json=body).json()["preset"] is None


def test_a_retried_job_keeps_its_preset(client, db, dataset):
    job = submit(client, overrides=TINY).json()["id"]
    with db.write() as session:
        project = projects.by_name(session, "default")
        lifecycle.cancel(session, project.id, job)
        session.commit()
    assert client.post(f"/v1/jobs/{job}/retry").json()["preset"] == "brb/dcn-mnist"


def test_the_same_preset_under_one_idempotency_key_is_one_job(client, dataset):
    key = {"Idempotency-Key": "0123456789abcdef"}
    first = submit(client, overrides=TINY, headers=key).json()["id"]
    assert submit(client, overrides=TINY, headers=key).json()["id"] == first
    other = submit(client, overrides={**TINY, "lr": 0.1}, headers=key)
    assert other.json()["code"] == "idempotency_key_reused"


def test_validate_only_shows_what_would_run(client, dataset):
    body = submit(client, query="?validate_only=true", overrides={**TINY, "n_clusters": 99}).json()
    assert body["spec"]["net"]["hidden"] == [1024, 512, 256]
    assert body["problems"][0]["pointer"] == "/overrides/n_clusters"


@pytest.mark.parametrize(
    ("change", "pointer", "accepted"),
    [
        ({"spec": {"method": "dcn", "n_clusters": 3}}, "/preset", ["spec", "preset"]),
        ({"preset": None}, "/spec", ["spec", "preset"]),
        ({"preset": 7}, "/preset", []),
        ({"preset": "brb/dcn-mnits"}, "/preset", None),
        (
            {"preset": None, "spec": {"method": "dcn", "n_clusters": 3}, "overrides": {}},
            "/overrides",
            ["preset"],
        ),
        ({"overrides": 7}, "/overrides", None),
        ({"overrides": {"method": "dec"}}, "/overrides/method", ["dcn"]),
        ({"overrides": {"n_clusters": 1}}, "/overrides/n_clusters", {"ge": 2}),
        ({"overrides": {"brb": {"alpha": 2}}}, "/overrides/brb/alpha", {"le": 1.0}),
        ({"overrides": {"net": {"type": "mlp", "hidden": [5, 0]}}}, "/overrides/net/hidden/1", {"ge": 1}),
        ({"overrides": {"net": {"type": "magic"}}}, "/overrides/net/type", None),
        ({"overrides": {"n_init": None}}, "/overrides/n_init", None),
        ({"overrides": {"initial_model": "mdl_nowhere"}}, "/overrides/initial_model", None),
    ],
    ids=str,
)
def test_what_is_wrong_with_a_job_by_preset_is_pointed_at(client, dataset, change, pointer, accepted):
    answer = submit(client, **change)
    assert answer.status_code == 422
    entry = answer.json()["errors"][0]
    assert entry["pointer"] == pointer
    assert accepted is None or entry["accepted"] == accepted
    assert client.get("/v1/jobs").json()["data"] == []


def test_a_model_of_another_architecture_is_pointed_at_in_the_overrides(client, db, files):
    rooms.finished_job(db, files)
    model = client.get("/v1/models").json()["data"][0]["id"]
    answer = submit(client, overrides={**TINY, "initial_model": model})
    entries = {entry["pointer"]: entry["code"] for entry in answer.json()["errors"]}
    assert entries == {"/overrides/net": "model_mismatch", "/overrides/pretrain_epochs": "no_effect"}


def test_a_model_takes_the_place_of_a_presets_pretraining(client, db, files):
    rooms.finished_job(db, files)
    model = client.get("/v1/models").json()["data"][0]["id"]
    changes = {name: TINY[name] for name in TINY if name != "pretrain_epochs"} | {"initial_model": model}
    answer = submit(client, "brb/dcn-cifar10", query="?validate_only=true", overrides=changes)
    body = answer.json()
    assert body["spec"]["pretrain_schedule"]["decay"] == "none"
    assert "no_effect" not in {entry["code"] for entry in body["problems"]}


def test_an_unknown_field_is_refused_with_those_the_method_takes(client, dataset):
    entry = submit(client, overrides={"colour": "red"}).json()["errors"][0]
    assert (entry["pointer"], "epochs" in entry["accepted"]) == ("/overrides/colour", True)


def test_a_misspelt_preset_is_refused_with_close_names(client, dataset):
    entry = submit(client, "brb/dcn-cifar").json()["errors"][0]
    assert (entry["code"], entry["pointer"]) == ("unknown_preset", "/preset")
    assert "brb/dcn-cifar10" in entry["accepted"]


def test_a_preset_that_does_not_fit_the_data_is_refused(client, db, files):
    rooms.ready_dataset(db, files, images=False)
    answer = submit(client, overrides={"n_clusters": 3})
    assert answer.json()["code"] == "invalid_submission"
    assert answer.json()["errors"][0]["pointer"] == "/overrides/augment"


def test_the_document_asks_for_a_spec_by_method_or_a_preset(client):
    schema = client.get("/v1/openapi.json").json()["components"]["schemas"]["JobCreate"]
    assert schema["required"] == ["dataset"]
    assert schema["oneOf"] == [{"required": ["spec"]}, {"required": ["preset"]}]
    assert schema["properties"]["spec"]["discriminator"]["propertyName"] == "method"
    assert len(schema["properties"]["spec"]["oneOf"]) == len(
        schema["properties"]["spec"]["discriminator"]["mapping"]
    )
