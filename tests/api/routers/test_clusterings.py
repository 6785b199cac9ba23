"""A job of two clusterings: each part of the result is of the one that was asked for."""

import json

import numpy as np
import pytest

from models.publication import ArtifactRow, ClusteringRow, ClusterRow, Publication
from tests.api import rooms

AGREEMENT = {"names": ["side", "kind"], "nmi": [[1, 0.1]] * 2, "ari": [[1, 0]] * 2, "vi": [[0, 2.5]] * 2}
LABELS = [np.arange(12) % 2, np.arange(12) % 3 - 1]
WEIGHTS = [0.25, 0.75, 0.75]


def two_clusterings(store, lease):
    """A main clustering without weights and another with weights and outliers."""
    contents = {
        "agreement.json": json.dumps(AGREEMENT).encode(),
        "projection-heaviest-1.parquet": rooms.parquet(
            index=np.arange(12), x=np.arange(12.0), y=np.zeros(12)
        ),
        "shared-space.npy": b"as the method made it",
    }
    for index, labels in enumerate(LABELS):
        blank = np.full(12, 0.5)
        columns = {"index": np.arange(12), "cluster": labels, "confidence": blank, "margin": blank}
        contents[f"labels-{index}.parquet"] = rooms.parquet(**columns)
        contents[f"prototypes-{index}.png"] = f"picture {index}".encode()
        contents[f"decoded-{index}.npy"] = rooms.npy(np.full((2, 4, 4, 1), index, dtype=np.float32))
    artifacts = []
    for name, content in contents.items():
        stored = store.put(f"jobs/{lease.job_id}/a1/{name}", content)
        key = f"jobs/{lease.job_id}/a1/{name}"
        artifacts.append(ArtifactRow(name, key, stored.size_bytes, stored.sha256, "application/octet-stream"))
    sizes = [[6, 6], [4, 4]]
    clusters = [
        [ClusterRow(j, n, n / 12, center=[1.0], decoded=f"decoded-{c}.npy") for j, n in enumerate(row)]
        for c, row in enumerate(sizes)
    ]
    rows = [
        ClusteringRow(0, "side", 2, clusters[0], n_outliers=0),
        ClusteringRow(1, "kind", 2, clusters[1], 4, WEIGHTS, 2, is_main=False),
    ]
    return Publication(artifacts=artifacts, clusterings=rows, summary={"n": 12})


@pytest.fixture
def url(db, files):
    lease = rooms.claimed(db, rooms.queued_job(db, rooms.ready_dataset(db, files)))
    rooms.ended(db, lease, two_clusterings(files, lease))
    return f"/v1/jobs/{lease.job_id}/result"


def test_the_summary_names_both_with_their_weights(client, url):
    body = client.get(f"{url}/summary").json()
    first, second = body["clusterings"]
    assert (first["name"], first["weights"], first["n_dimensions"], first["heaviest"]) == (
        "side",
        *[None] * 3,
    )
    assert (second["name"], second["weights"], second["n_dimensions"]) == ("kind", WEIGHTS, 2)
    assert (second["heaviest"], second["n_outliers"], body["n_outliers"]) == ([1, 2], 4, 0)
    assert body["links"]["agreement"] == f"{url}/agreement"
    assert "projections/heaviest" not in body["links"]
    assert client.get(f"{url}/summary?clustering=1").json()["n_outliers"] == 4


def test_links_of_a_clustering_lead_to_it(client, url):
    links = client.get(f"{url}/summary?clustering=1").json()["links"]
    assert links["gallery.png"] == f"{url}/gallery.png?clustering=1"
    assert client.get(links["gallery.png"]).content == b"picture 1"
    assert client.get(links["projections/heaviest"]).status_code == 200
    row = client.get(f"{url}/clusters?clustering=1").json()["data"][0]
    for at in (row["prototype"]["decoded"], row["prototype"]["vector"]):
        assert at.endswith("clustering=1")
        assert client.get(at).status_code == 200
    member = client.get(row["links"]["members"]).json()["data"][0]["index"]
    assert LABELS[1][member] == 0


def test_clusterings_are_compared(client, url):
    assert client.get(f"{url}/agreement").json() == AGREEMENT


def test_one_clustering_cannot_be_compared(client, db, files):
    answer = client.get(f"{rooms.finished_job(db, files).url}/agreement")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert "at least 2" in answer.json()["detail"]


def test_the_two_heaviest_dimensions_are_a_map_of_one_clustering(client, url):
    rows = client.get(f"{url}/projections/heaviest?clustering=1").json()["data"]
    assert rows[3] == {"index": 3, "id": "=3", "x": 3.0, "y": 0.0}
    refused = client.get(f"{url}/projections/heaviest")
    assert refused.status_code == 404
    assert "weighs no dimensions" in refused.json()["detail"]


def test_outliers_are_counted_against_labels_and_matched_with_none(client, url):
    body = client.get(f"{url}/confusion?clustering=1").json()
    assert body["clusters"] == [-1, 0, 1]
    assert body["counts"] == [[4, 0, 0], [0, 4, 0], [0, 0, 4]]
    assert body["matched"] == {"0": "one", "1": "two"}
    outliers = client.get(f"{url}/clusters/-1/members?clustering=1").json()["data"]
    assert [row["index"] for row in outliers] == [0, 3, 6, 9]


def test_what_a_method_shows_beside_is_a_file_of_the_job(client, url):
    job = url.removesuffix("/result")
    assert "shared-space.npy" in {row["name"] for row in client.get(f"{job}/artifacts").json()["data"]}
    assert client.get(f"{job}/artifacts/shared-space.npy").content == b"as the method made it"
