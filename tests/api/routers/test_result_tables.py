import csv
import io

import numpy as np
import pyarrow.parquet as pq
import pytest

from api.tables import answer
from tests.api import rooms


@pytest.fixture
def made(db, files):
    return rooms.finished_job(db, files)


def load(client, url, form="npy"):
    accept = {"npy": "application/x-npy", "csv": "text/csv", "parquet": "application/vnd.apache.parquet"}[
        form
    ]
    answer = client.get(url, headers={"Accept": accept})
    assert answer.headers["content-type"].startswith(accept)
    file = io.BytesIO(answer.content)
    if form == "npy":
        return np.load(file, allow_pickle=False)
    return pq.read_table(file) if form == "parquet" else list(csv.DictReader(io.StringIO(answer.text)))


def test_labels_are_pages_of_rows(client, made):
    seen, url = [], f"{made.url}/labels?limit=5"
    while url:
        page = client.get(url).json()
        seen += page["data"]
        url = page["next"]
    assert [row["cluster"] for row in seen] == made.labels.tolist()
    assert [row["index"] for row in seen] == list(range(rooms.N))
    assert seen[3].keys() == {"index", "id", "cluster", "confidence", "margin", "distance"}
    assert client.get(f"{made.url}/labels?after=99").json()["data"] == []


def test_a_page_of_a_wide_table_has_fewer_rows(client, made, monkeypatch):
    monkeypatch.setattr(answer, "PAGE_VALUES", 2 * (rooms.K + 2) + 1)
    seen, url = [], f"{made.url}/soft?limit=5"
    while url:
        page = client.get(url).json()
        assert len(page["data"]) == 2
        seen += [row["soft"] for row in page["data"]]
        url = page["next"]
    assert np.array_equal(np.float32(seen), made.soft)


@pytest.mark.parametrize(
    ("path", "expected"),
    [("labels", "labels"), ("soft", "soft"), ("embeddings", "embeddings"), ("projections/pca", "embeddings")],
)
def test_arrays_come_back_bit_for_bit_as_npy(client, made, path, expected):
    assert np.array_equal(load(client, f"{made.url}/{path}"), getattr(made, expected))


def test_the_same_table_comes_as_parquet_and_csv(client, made):
    table = load(client, f"{made.url}/labels", "parquet")
    assert table.column("cluster").to_pylist() == made.labels.tolist()
    rows = load(client, f"{made.url}/labels", "csv")
    assert [int(row["cluster"]) for row in rows] == made.labels.tolist()
    soft = load(client, f"{made.url}/soft", "parquet")
    assert np.array_equal(np.stack(soft.column("soft").to_numpy()), made.soft)


def test_lists_become_columns_in_csv(client, made):
    rows = load(client, f"{made.url}/embeddings", "csv")
    found = [[float(row["embedding_0"]), float(row["embedding_1"])] for row in rows]
    assert np.allclose(found, made.embeddings)


def test_ids_that_a_spreadsheet_would_run_are_disarmed_in_csv_only(client, made):
    assert load(client, f"{made.url}/labels", "csv")[4]["id"] == "'=4"
    assert client.get(f"{made.url}/labels").json()["data"][4]["id"] == "=4"


def test_format_in_the_query_stands_above_accept(client, made):
    answer = client.get(f"{made.url}/labels?format=csv", headers={"Accept": "application/json"})
    assert answer.headers["content-type"].startswith("text/csv")
    assert 'filename="labels.csv"' in answer.headers["content-disposition"]


@pytest.mark.parametrize(
    ("query", "accept"), [("?format=xml", "*/*"), ("", "application/pdf"), ("", "text/csv;q=0")]
)
def test_a_form_that_is_not_offered_is_406_with_those_that_are(client, made, query, accept):
    answer = client.get(f"{made.url}/labels{query}", headers={"Accept": accept})
    assert answer.status_code == 406
    assert "text/csv" in answer.json()["accepted"]


def test_a_result_that_the_caller_has_is_304(client, made):
    for accept in ("application/json", "application/x-npy"):
        tag = client.get(f"{made.url}/labels", headers={"Accept": accept}).headers["ETag"]
        again = client.get(f"{made.url}/labels", headers={"Accept": accept, "If-None-Match": tag})
        assert again.status_code == 304


def test_curves_are_columns(client, made):
    body = client.get(f"{made.url}/curves").json()
    assert body["steps"] == 2
    assert body["columns"]["loss"] == [1.0, None]
    rows = load(client, f"{made.url}/curves", "csv")
    assert [row["stage"] for row in rows] == ["cluster", "cluster"]
    assert [row["reset"] for row in rows] == ["", "1.0"]


def test_resets_are_marks_beside_the_curves(client, made):
    body = client.get(f"{made.url}/curves").json()
    assert body["marks"] == [{"step": 1, "stage": "cluster", "epoch": 1, "name": "reset"}]
    assert "reset" not in body["columns"]


def test_a_result_that_is_not_there_yet_is_409_with_when_to_ask_again(client, db, files):
    job = rooms.queued_job(db, rooms.ready_dataset(db, files))
    for path in ("labels", "soft", "summary", "clusters", "clusters/0", "gallery.png", "samples/0"):
        answer = client.get(f"/v1/jobs/{job}/result/{path}")
        assert (answer.status_code, answer.json()["code"]) == (409, "result_not_ready"), path
        assert int(answer.headers["Retry-After"]) >= 2


def test_what_the_method_does_not_give_is_404_and_says_what_there_is(client, db, files):
    job = rooms.queued_job(db, rooms.ready_dataset(db, files))
    rooms.ended(db, rooms.claimed(db, job))
    for path in ("soft", "embeddings", "projections/pca", "curves", "labels"):
        answer = client.get(f"/v1/jobs/{job}/result/{path}")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), path


def test_a_clustering_that_is_not_there_is_404(client, made):
    assert client.get(f"{made.url}/labels?clustering=0").status_code == 200
    answer = client.get(f"{made.url}/labels?clustering=1")
    assert (answer.status_code, answer.json()["clusterings"]) == (404, [0])


def test_results_outlive_their_dataset(client, made):
    client.delete(f"/v1/datasets/{made.dataset}")
    row = client.get(f"{made.url}/labels").json()["data"][0]
    assert "id" not in row
    assert client.get(f"{made.url}/clusters").json()["data"][0]["typical"] == [{"index": 0, "image": None}]
    assert client.get(f"{made.url}/confusion").status_code == 404
