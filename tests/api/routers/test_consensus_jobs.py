"""Jobs that merge the clusterings of other jobs, or labels that were uploaded."""

import sqlite3
from contextlib import closing

import numpy as np
import pytest
from sqlalchemy import make_url

from models.store import Store
from tests.api import rooms

N = rooms.N


def submit(client, dataset, query="", **spec):
    body = {"dataset": dataset, "spec": {"method": "eac", "n_clusters": 3, **spec}}
    return client.post(f"/v1/jobs{query}", json=body)


def entry(answer):
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_submission"), answer.json()
    (found,) = answer.json()["errors"]
    return found


@pytest.fixture
def made(db, files):
    return rooms.finished_job(db, files)


def test_members_and_tables_are_written_down_by_id_and_number(client, made, db, files):
    other = rooms.ready_dataset(db, files, images=False, name="rows")
    members, tables = [{"job": made.job}], [{"dataset": "rows", "columns": ["digit"]}, {"columns": ["digit"]}]
    answer = submit(client, made.dataset, members=members, tables=tables)
    assert answer.status_code == 202, answer.json()
    body = answer.json()
    assert (body["kind"], body["method"]) == ("consensus", "eac")
    assert body["spec"]["members"] == [{"job": made.job, "clustering": 0}]
    assert [table["dataset"] for table in body["spec"]["tables"]] == [other, None]
    assert client.get("/v1/jobs?kind=consensus").json()["data"][0]["id"] == body["id"]


def test_a_table_of_whole_numbers_is_an_ensemble(client, db, files):
    rooms.ready_dataset(db, files, images=False, ids=False, name="table", x=np.eye(N, 4, dtype=np.float32))
    assert submit(client, "table", tables=[{}]).status_code == 202
    found = entry(submit(client, "table", tables=[{}], n_clusters=6))
    assert (found["pointer"], found["accepted"]) == ("/spec/n_clusters", {"maximum": 5})


@pytest.mark.parametrize("spec", [{}, {"tables": [{"columns": ["digit"]}]}])
def test_an_ensemble_of_one_is_refused(client, made, spec):
    found = entry(submit(client, made.dataset, **spec))
    assert (found["pointer"], found["code"]) == ("/spec/members", "ensemble_of_one")
    assert "at least 2" in found["message"]


def test_a_preset_needs_the_clusterings_from_the_caller(client, made):
    body = {"dataset": made.dataset, "preset": "deccs/lwea-synth"}
    found = entry(client.post("/v1/jobs", json=body))
    assert (found["pointer"], found["code"]) == ("/overrides/members", "ensemble_of_one")
    overrides = {"members": [{"job": made.job}, {"job": made.job}], "n_clusters": 3}
    assert client.post("/v1/jobs", json=body | {"overrides": overrides}).json()["preset"] == body["preset"]


def test_more_clusters_than_distinct_rows_are_refused(client, made):
    members = [{"job": made.job}, {"job": made.job}]
    found = entry(submit(client, made.dataset, members=members, n_clusters=4))
    assert (found["pointer"], found["accepted"]) == ("/spec/n_clusters", {"maximum": 3})
    told = submit(client, made.dataset, "?validate_only=true", members=members, n_clusters=4).json()
    assert told["problems"] == [found]


@pytest.fixture
def reading(monkeypatch):
    """Things done, once each, as soon as bytes are read from the store."""
    read, todo = Store.read_range, []

    def watched(*args):
        while todo:
            todo.pop()()
        return read(*args)

    monkeypatch.setattr(Store, "read_range", watched)
    return todo


@pytest.mark.parametrize("query", ["", "?validate_only=true"])
def test_others_can_write_while_labels_are_counted(client, made, storage, reading, query):
    def write():
        with closing(sqlite3.connect(make_url(storage.database_url).database, timeout=0)) as other:
            other.execute("BEGIN IMMEDIATE")
        assert client.app.state.services.database.engine.pool.checkedout() == 0

    reading.append(write)
    answer = submit(client, made.dataset, query, members=[{"job": made.job}] * 2)
    assert (answer.status_code, reading) == (200 if query else 202, []), answer.json()


def test_a_member_deleted_while_labels_are_counted_is_noticed(client, made, reading):
    reading.append(lambda: client.delete(f"/v1/jobs/{made.job}"))
    members = [{"job": made.job}]
    found = entry(submit(client, made.dataset, members=members, tables=[{"columns": ["digit"]}]))
    assert (found["pointer"], found["code"]) == ("/spec/members/0/job", "not_found")


def test_a_member_on_another_dataset_or_unfinished_or_unknown_is_refused(client, made, db, files):
    other = rooms.ready_dataset(db, files, images=False, name="rows")
    first = {"job": made.job}
    found = entry(submit(client, other, members=[first], tables=[{"columns": ["digit"]}]))
    assert (found["pointer"], found["code"]) == ("/spec/members/0/job", "other_dataset")
    queued = rooms.queued_job(db, made.dataset)
    found = entry(submit(client, made.dataset, members=[first, {"job": queued}]))
    assert (found["pointer"], found["code"]) == ("/spec/members/1/job", "unfinished_job")
    found = entry(submit(client, made.dataset, members=[first, {"job": "job_nowhere"}]))
    assert (found["pointer"], found["code"]) == ("/spec/members/1/job", "not_found")
    found = entry(submit(client, made.dataset, members=[first, {**first, "clustering": 7}]))
    assert (found["pointer"], found["accepted"]) == ("/spec/members/1/clustering", {"enum": [0]})


def test_a_member_of_another_project_is_unknown(client, db, files):
    theirs = rooms.finished_job(db, files, owner="theirs")
    dataset = rooms.ready_dataset(db, files)
    answer = submit(client, dataset, members=[{"job": theirs.job}], tables=[{"columns": ["digit"]}])
    assert (entry(answer)["pointer"], entry(answer)["code"]) == ("/spec/members/0/job", "not_found")


def test_a_table_that_does_not_go_with_the_samples_is_refused(client, made, db, files):
    rooms.ready_dataset(db, files, images=False, name="short", x=np.eye(5, 4, dtype=np.float32))
    halves = np.full((N, 2), 0.5, dtype=np.float32)
    rooms.ready_dataset(db, files, images=False, name="halves", x=halves)
    member = [{"job": made.job}]
    for table, pointer, code in (
        ({"dataset": "short", "columns": ["digit"]}, "dataset", "other_length"),
        ({"dataset": "nowhere"}, "dataset", "not_found"),
        ({"dataset": "halves"}, "dataset", "not_labels"),
        ({"columns": ["digit", "colour"]}, "columns/1", "not_found"),
        ({}, "columns", "needs_vectors"),
    ):
        found = entry(submit(client, made.dataset, members=member, tables=[table]))
        assert (found["pointer"], found["code"]) == (f"/spec/tables/0/{pointer}", code)


def test_what_a_live_job_merges_cannot_be_deleted(client, made, db, files):
    rooms.ready_dataset(db, files, images=False, name="rows")
    tables = [{"dataset": "rows", "columns": ["digit"]}]
    job = submit(client, made.dataset, members=[{"job": made.job}], tables=tables).json()
    refused = client.delete(f"/v1/jobs/{made.job}")
    assert (refused.status_code, refused.json()["code"]) == (409, "in_use")
    rows = job["spec"]["tables"][0]["dataset"]
    assert client.delete(f"/v1/datasets/{rows}").json()["code"] == "in_use"
    client.post(f"/v1/jobs/{job['id']}/cancel")
    assert client.delete(f"/v1/jobs/{made.job}").status_code == 202
    retried = client.post(f"/v1/jobs/{job['id']}/retry")
    assert (retried.status_code, made.job in retried.json()["detail"]) == (404, True)


def test_methods_over_projections_need_no_ensemble(client, db, files):
    rooms.ready_dataset(db, files, images=False, name="rows")
    body = {"dataset": "rows", "spec": {"method": "rp_fcm", "n_clusters": 3}}
    assert client.post("/v1/jobs", json=body).json()["kind"] == "consensus"
