import threading
import time

from models import catalog
from tests.api import rooms
from tests.models import factories


def upload(client, name="up", content=b"1,2\n3,4\n"):
    answer = client.post(f"/v1/datasets?name={name}", content=content, headers={"Content-Type": "text/csv"})
    return answer.json()["id"]


def test_a_ready_dataset_shows_what_it_is(client, dataset):
    answer = client.get(f"/v1/datasets/{dataset}")
    body = answer.json()
    assert answer.headers["ETag"] == f'"{body["version"]}"'
    assert (body["kind"], body["n"], body["shape"], body["dtype"]) == ("images", 12, [4, 4, 1], "uint8")
    assert (body["has_labels"], body["label_columns"], body["has_ids"]) == (True, ["digit"], True)
    assert {"upload_key", "prefix", "lease_token"} & body.keys() == set()


def test_a_unique_name_finds_a_dataset_and_an_ambiguous_one_is_409(client, dataset):
    assert client.get("/v1/datasets/digits").json()["id"] == dataset
    upload(client, "digits")
    answer = client.get("/v1/datasets/digits")
    assert answer.status_code == 409
    assert dataset in answer.json()["accepted"]


def test_what_the_caller_has_is_304(client, dataset):
    tag = client.get(f"/v1/datasets/{dataset}").headers["ETag"]
    again = client.get(f"/v1/datasets/{dataset}", headers={"If-None-Match": tag})
    assert again.status_code == 304
    assert again.content == b""
    assert again.headers["ETag"] == tag


def test_a_caller_can_wait_until_a_dataset_is_ready(client, db):
    dataset = upload(client)
    first = client.get(f"/v1/datasets/{dataset}")
    assert first.headers["Retry-After"] == "1"
    threading.Timer(0.1, accept, [db]).start()
    began = time.monotonic()
    headers = {"If-None-Match": first.headers["ETag"], "Prefer": "wait=30"}
    answer = client.get(f"/v1/datasets/{dataset}", headers=headers)
    assert answer.json()["state"] == "ready"
    assert answer.headers["Preference-Applied"] == "wait=30"
    assert time.monotonic() - began < 20


def accept(db):
    with db.write() as session:
        claim = catalog.claim_ingest(session, worker="ingest", lease_s=60)
        catalog.accept(session, claim, factories.canonical(claim.dataset.id))
        session.commit()


def test_a_rejected_dataset_tells_why(client, db):
    dataset = upload(client)
    with db.write() as session:
        claim = catalog.claim_ingest(session, worker="ingest", lease_s=60)
        catalog.reject(session, claim, {"code": "invalid_data", "detail": "row 3 has 2 values"})
        session.commit()
    body = client.get(f"/v1/datasets/{dataset}").json()
    assert (body["state"], body["error"]["detail"]) == ("rejected", "row 3 has 2 values")
    assert client.get(f"/v1/datasets/{dataset}/samples").json()["code"] == "dataset_rejected"
    answer = client.post("/v1/jobs", json={"dataset": dataset, "spec": {"method": "kmeans", "n_clusters": 2}})
    assert answer.json()["code"] == "dataset_rejected"


def test_name_and_labels_change_at_the_version_that_was_seen(client, dataset):
    url = f"/v1/datasets/{dataset}"
    tag = client.get(url).headers["ETag"]
    changed = client.patch(url, json={"name": "new", "labels": {"a": "b"}}, headers={"If-Match": tag})
    assert (changed.json()["name"], changed.json()["labels"]) == ("new", {"a": "b"})
    assert changed.headers["ETag"] != tag
    late = client.patch(url, json={"name": "late"}, headers={"If-Match": tag})
    assert late.status_code == 412
    assert client.delete(url, headers={"If-Match": tag}).status_code == 412
    assert client.patch(url, json={"n": 3}).status_code == 422


def test_a_deleted_dataset_is_gone(client, dataset):
    assert client.delete(f"/v1/datasets/{dataset}").status_code == 202
    assert client.get(f"/v1/datasets/{dataset}").status_code == 404
    assert client.get("/v1/datasets").json()["data"] == []


def test_a_dataset_that_a_live_job_needs_stays(client, db, dataset):
    job = rooms.queued_job(db, dataset)
    answer = client.delete(f"/v1/datasets/{dataset}")
    assert answer.status_code == 409
    assert answer.json()["met"] == [job]


def test_pages_follow_each_other_to_the_end(client):
    ids = [upload(client, f"d{i}", f"{i},2\n".encode()) for i in range(5)]
    seen, url = [], "/v1/datasets?limit=2"
    while url:
        answer = client.get(url)
        seen += [row["id"] for row in answer.json()["data"]]
        url = answer.json()["next"]
        assert (f'<{url}>; rel="next"' == answer.headers["Link"]) if url else "Link" not in answer.headers
    assert seen == ids[::-1]
    back = client.get(f"/v1/datasets?limit=2&before={ids[1]}").json()
    assert [row["id"] for row in back["data"]] == [ids[3], ids[2]]
    assert client.get("/v1/datasets?order=asc&limit=1").json()["data"][0]["id"] == ids[0]
    assert client.get(f"/v1/datasets?after={ids[0]}&before={ids[1]}").status_code == 400
    assert client.get(f"/v1/datasets?after={ids[0][:-1]}").status_code == 422


def test_lists_are_filtered(client, db, files):
    ready = rooms.ready_dataset(db, files, name="one")
    waiting = upload(client, "two")
    client.patch(f"/v1/datasets/{waiting}", json={"labels": {"lab": "x"}})

    def ids(query):
        return [row["id"] for row in client.get(f"/v1/datasets?{query}").json()["data"]]

    assert ids("state=ready") == [ready]
    assert ids("kind=images") == [ready]
    assert ids("label.lab=x") == [waiting]
    assert ids("name~=tw") == [waiting]
    assert ids("created_after=2999-01-01T00:00:00Z") == []
    assert ids("state=ready,validating") == [waiting, ready]


def test_heavy_fields_are_listed_on_demand(client, dataset):
    assert "report" not in client.get("/v1/datasets").json()["data"][0]
    assert "report" in client.get("/v1/datasets?include=report").json()["data"][0]
    assert client.get("/v1/datasets?include=everything").status_code == 400
