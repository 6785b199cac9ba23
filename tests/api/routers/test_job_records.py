import pytest

from models import lifecycle
from models.leases import Point
from tests.api import rooms


@pytest.fixture
def made(db, files):
    return rooms.finished_job(db, files)


def test_attempts_tell_who_held_the_job(client, made):
    (row,) = client.get(f"/v1/jobs/{made.job}/attempts").json()["data"]
    assert (row["number"], row["worker"], row["cause"]) == (1, "cpu@test", "succeeded")
    assert "lease_token" not in row


def test_metrics_are_columns_of_equal_length(client, made):
    body = client.get(f"/v1/jobs/{made.job}/metrics").json()
    assert body["columns"]["step"] == [0, 1, 2]
    assert body["columns"]["stage"] == ["cluster"] * 3
    assert body["columns"]["loss"] == pytest.approx([1, 1 / 2, 1 / 3])
    assert client.get(f"/v1/jobs/{made.job}/metrics?keys=accuracy").status_code == 400


def test_metrics_work_while_the_job_runs_and_long_ones_are_thinned(client, db, files):
    job = rooms.queued_job(db, rooms.ready_dataset(db, files))
    assert client.get(f"/v1/jobs/{job}/metrics").json()["columns"] == {"step": [], "epoch": [], "stage": []}
    lease = rooms.claimed(db, job)
    values = [{"loss": 9.0 if step == 777 else 0.0} for step in range(1000)]
    with db.write() as session:
        points = [Point(step, "cluster", step, value) for step, value in enumerate(values)]
        lifecycle.report(session, lease, progress=None, points=points)
        session.commit()
    body = client.get(f"/v1/jobs/{job}/metrics?points=50").json()
    assert body["steps"] == 1000
    assert len(body["columns"]["step"]) <= 50
    assert body["columns"]["loss"][body["columns"]["step"].index(777)] == 9.0


def test_every_reset_of_a_long_curve_is_a_mark_and_sparse_series_keep_their_extremes(client, db, files):
    job = rooms.queued_job(db, rooms.ready_dataset(db, files))
    lease = rooms.claimed(db, job)

    def values(epoch):
        sparse = {"acc": 0.9 if epoch == 500 else 0.5} if epoch % 10 == 0 else {}
        return {"loss": 1 / (1 + epoch), **sparse, **({"reset": 1.0} if epoch % 20 == 1 else {})}

    with db.write() as session:
        points = [Point(1000 + epoch, "cluster", epoch, values(epoch)) for epoch in range(1000)]
        lifecycle.report(session, lease, progress=None, points=points)
        session.commit()
    body = client.get(f"/v1/jobs/{job}/metrics?points=50").json()
    resets = range(1, 1000, 20)
    assert [mark["epoch"] for mark in body["marks"]] == list(resets)
    assert body["marks"][1] == {"step": 1021, "stage": "cluster", "epoch": 21, "name": "reset"}
    assert set(body["columns"]) == {"step", "epoch", "stage", "loss", "acc"}
    assert len(body["columns"]["step"]) <= 50
    assert body["columns"]["acc"][body["columns"]["epoch"].index(500)] == 0.9
    assert None in body["columns"]["acc"]
    one = client.get(f"/v1/jobs/{job}/metrics?keys=loss&points=50").json()
    assert (one["marks"], "acc" in one["columns"]) == (body["marks"], False)


def test_a_job_without_resets_has_no_marks(client, made):
    assert client.get(f"/v1/jobs/{made.job}/metrics").json()["marks"] == []


def test_artifacts_are_listed_with_digest_and_address(client, made):
    rows = {row["name"]: row for row in client.get(f"/v1/jobs/{made.job}/artifacts").json()["data"]}
    assert "labels-0.parquet" in rows
    assert client.get(rows["model.json"]["href"]).json() == {"method": "dcn"}
    assert "key" not in rows["model.json"]


def test_an_artifact_never_changes_and_is_fetched_in_parts(client, made):
    url = f"/v1/jobs/{made.job}/artifacts/model.safetensors"
    whole = client.get(url)
    assert whole.content == b"weights"
    assert whole.headers["Accept-Ranges"] == "bytes"
    assert "immutable" in whole.headers["Cache-Control"]
    assert client.get(url, headers={"If-None-Match": whole.headers["ETag"]}).status_code == 304
    part = client.get(url, headers={"Range": "bytes=2-4"})
    assert (part.status_code, part.content, part.headers["Content-Range"]) == (206, b"igh", "bytes 2-4/7")
    assert client.get(url, headers={"Range": "bytes=-2"}).content == b"ts"
    assert client.get(url, headers={"Range": "bytes=5-"}).content == b"ts"
    assert client.get(url, headers={"Range": "bytes=2-4", "If-Range": '"other"'}).content == b"weights"
    assert client.get(url, headers={"Range": "lines=1-2"}).content == b"weights"
    beyond = client.get(url, headers={"Range": "bytes=7-"})
    assert (beyond.status_code, beyond.json()["size_bytes"]) == (416, 7)
    assert beyond.headers["Content-Range"] == "bytes */7"


def test_a_file_that_is_not_there_is_404(client, made):
    for name in ("nothing", "..%2F..%2Fetc%2Fpasswd", "%00"):
        assert client.get(f"/v1/jobs/{made.job}/artifacts/{name}").status_code == 404
