"""From outside: clusterings of finished jobs and uploaded labels become one."""

import csv
import io
import json

import numpy as np
import pytest

from clustering.metrics.agreement import ari
from facet.errors import RefusedError

N, K = 90, 3
SPEC = {"method": "lwea", "n_clusters": K}


@pytest.fixture(scope="module")
def blobs():
    rng = np.random.default_rng(0)
    y = np.arange(N) % K
    return (rng.normal(scale=6, size=(K, 4))[y] + rng.normal(size=(N, 4))).astype(np.float32), y


@pytest.fixture(scope="module")
def dataset(client, blobs, tmp_path_factory):
    path = tmp_path_factory.mktemp("files") / "blobs.npz"
    x, y = blobs
    np.savez(path, x=x, y=y, y_guess=np.where(np.arange(N) < 10, -1, y))
    return client.wait_dataset(client.upload(path)["id"], timeout=60)["id"]


@pytest.fixture(scope="module")
def members(client, dataset):
    specs = [{"method": "kmeans", "n_clusters": K}, {"method": "gmm", "n_clusters": K + 1}]
    jobs = [client.submit(dataset, spec)["id"] for spec in specs]
    assert {client.wait(job, timeout=60)["state"] for job in jobs} == {"succeeded"}
    return [{"job": job} for job in jobs]


def labels(http, job):
    rows = http.get(f"/v1/jobs/{job}/result/labels", headers={"Accept": "text/csv"}).text
    return np.array([int(row["cluster"]) for row in csv.DictReader(io.StringIO(rows))])


def test_jobs_and_label_columns_are_merged(client, http, blobs, dataset, members):
    spec = {**SPEC, "members": members, "tables": [{"columns": ["y_guess"]}]}
    job = client.wait(client.submit(dataset, spec)["id"], timeout=60)
    assert (job["state"], job["kind"]) == ("succeeded", "consensus"), job["error"]
    assert ari(blobs[1], labels(http, job["id"])) > 0.9
    told = http.get(f"/v1/jobs/{job['id']}/result/agreement").json()
    assert told["names"] == [*(f"{member['job']}/0" for member in members), f"{dataset}/y_guess"]
    assert {len(told[name]) for name in ("nmi", "ari", "vi")} == {3}


def test_an_uploaded_table_is_merged(client, http, blobs, tmp_path):
    rng = np.random.default_rng(1)
    table = np.where(rng.random((N, 5)) < 0.1, -1, blobs[1][:, None])
    np.savetxt(tmp_path / "table.csv", table, fmt="%d", delimiter=",")
    sent = client.upload(tmp_path / "table.csv", options={"kind": "vectors"})
    ready = client.wait_dataset(sent["id"], timeout=60)
    job = client.wait(client.submit(ready["id"], {**SPEC, "tables": [{}]})["id"], timeout=60)
    assert job["state"] == "succeeded", job["error"]
    assert ari(blobs[1], labels(http, job["id"])) == 1


def test_projections_are_merged(client, http, blobs, dataset):
    spec = {"method": "rp_em", "n_clusters": K, "runs": 4, "projection_dim": 3}
    job = client.wait(client.submit(dataset, spec)["id"], timeout=60)
    assert job["state"] == "succeeded", job["error"]
    assert ari(blobs[1], labels(http, job["id"])) > 0.9


def test_what_cannot_be_merged_is_refused_with_its_field(client, dataset, members):
    for spec, pointer in (
        ({"members": members[:1]}, "/spec/members"),
        ({"members": members, "n_clusters": 80}, "/spec/n_clusters"),
    ):
        with pytest.raises(RefusedError) as caught:
            client.submit(dataset, {**SPEC, **spec})
        assert [error["pointer"] for error in caught.value.problem["errors"]] == [pointer]


def test_uspec_finds_the_blobs_and_refuses_more_representatives_than_samples(
    client, blobs, dataset, tmp_path
):
    spec = {"method": "uspec", "n_clusters": K}
    job = client.wait(client.submit(dataset, spec)["id"], timeout=60)
    assert job["state"] == "succeeded", job["error"]
    found = client.result(job["id"])
    assert ari(blobs[1], found.labels()) == 1
    spectrum = json.loads(found.artifact("spectrum.json", tmp_path / "spectrum.json").read_text())
    assert len(spectrum["eigenvalues"]) == K + 1
    with pytest.raises(RefusedError) as caught:
        client.submit(dataset, spec | {"representatives": N + 1})
    assert [error["pointer"] for error in caught.value.problem["errors"]] == ["/spec/representatives"]
