import io

import numpy as np
import pytest
from PIL import Image

from models.publication import ClusteringRow, ClusterRow, Publication
from tests.api import rooms
from tests.models import factories


@pytest.fixture
def made(db, files):
    return rooms.finished_job(db, files)


def test_the_summary_holds_sizes_scores_and_where_the_rest_is(client, made):
    answer = client.get(f"{made.url}/summary")
    body = answer.json()
    assert (body["n"], body["n_clusters"], body["sizes"]) == (12, 3, [4, 4, 4])
    assert body["metrics"]["silhouette"] == 0.5
    assert body["agreement"]["digit"]["acc"] == 0.9
    assert body["warnings"] == ["small"]
    for link in body["links"].values():
        assert client.get(link).status_code == 200, link
    again = client.get(f"{made.url}/summary", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_the_summary_of_a_pretraining_leads_to_what_it_has(client, db, files):
    dataset = rooms.ready_dataset(db, files)
    lease = rooms.claimed(db, rooms.queued_job(db, dataset, method="simclr", kind="pretrain"))
    summary = {"n": 12, "clusterings": 0}
    rooms.ended(db, lease, Publication([factories.artifact(files, lease, "curves.parquet")], summary=summary))
    links = client.get(f"/v1/jobs/{lease.job_id}/result/summary").json()["links"]
    assert links.keys() == {"curves"}


def test_links_of_a_result_lead_to_what_the_job_was_asked_for(client, db, files):
    lease = rooms.claimed(db, rooms.queued_job(db, rooms.ready_dataset(db, files)))
    labels = rooms.parquet(index=range(rooms.N), cluster=[0] * rooms.N)
    artifact = factories.artifact(files, lease, "labels-0.parquet", labels)
    rows = [ClusteringRow(0, "main", 1, [ClusterRow(0, rooms.N, 1.0)])]
    rooms.ended(db, lease, Publication([artifact], rows, summary={"n": rooms.N}))
    links = client.get(f"/v1/jobs/{lease.job_id}/result/summary").json()["links"]
    assert links.keys() == {"labels", "clusters", "confusion"}
    assert {client.get(link).status_code for link in links.values()} == {200}


def test_clusters_name_their_prototypes_and_samples(client, made):
    rows = client.get(f"{made.url}/clusters").json()["data"]
    assert [row["cluster"] for row in rows] == [0, 1, 2]
    row = rows[1]
    assert row == client.get(f"{made.url}/clusters/1").json()
    assert row["medoid"] == {"index": 1, "image": f"/v1/datasets/{made.dataset}/samples/1/image"}
    assert row["prototype"]["center"] == [0.0, 1.0]
    for href in (row["medoid"]["image"], *[row["prototype"][k] for k in ("vector", "decoded", "image")]):
        assert client.get(href).status_code == 200


def test_a_cluster_that_is_no_number_is_told_by_the_name_of_that_place(client, made):
    assert client.get(f"{made.url}/clusters/x").json()["detail"].startswith("index: ")


def test_a_prototype_is_a_picture_values_or_a_latent_vector(client, made):
    url = f"{made.url}/clusters/1/prototype"

    def array(path, **headers):
        return np.load(io.BytesIO(client.get(path, headers=headers).content), allow_pickle=False)

    assert np.array_equal(array(f"{url}.npy"), made.decoded[1])
    assert np.array_equal(array(url, Accept="application/x-npy"), made.decoded[1])
    assert array(f"{url}.npy?space=latent").tolist() == [0.0, 1.0]
    picture = Image.open(io.BytesIO(client.get(f"{url}.png").content))
    assert picture.size == (128, 128)
    small = np.asarray(picture)[::32, ::32]
    assert np.array_equal(small, made.decoded[1, :, :, 0].round().clip(0, 255).astype(np.uint8))
    assert client.get(url).headers["content-type"] == "image/png"


def test_a_prototype_with_holes_is_still_a_picture(client, made):
    assert client.get(f"{made.url}/clusters/0/prototype.png").status_code == 200


def test_prototypes_of_vectors_have_no_picture(client, db, files):
    made = rooms.finished_job(db, files, images=False)
    assert client.get(f"{made.url}/clusters/0/prototype.png").json()["code"] == "not_images"
    answer = client.get(f"{made.url}/clusters/0/prototype")
    assert np.load(io.BytesIO(answer.content)).shape == (4,)


def test_members_come_in_the_order_asked_for(client, made):
    confidence = made.soft.max(1)

    def members(order, **query):
        page = client.get(f"{made.url}/clusters/1/members", params={"order": order, **query}).json()
        return [row["index"] for row in page["data"]]

    mine = [4, 5, 6, 7]
    by_confidence = sorted(mine, key=lambda i: -confidence[i])
    assert members("typical") == sorted(mine, key=lambda i: np.linalg.norm(made.embeddings[i]))
    assert members("confident") == by_confidence != members("typical")
    assert members("outlier") == by_confidence[::-1]
    assert members("boundary") == sorted(mine, key=lambda i: made.soft[i].min())
    assert sorted(members("random")) == mine
    assert members("random") == members("random")
    assert members("confident", limit=2, after=1) == by_confidence[2:]
    assert client.get(f"{made.url}/clusters/1/members?order=best").status_code == 422


def test_without_distances_the_most_confident_are_typical(client, db, files):
    lease = rooms.claimed(db, rooms.queued_job(db, rooms.ready_dataset(db, files)))
    labels = rooms.parquet(index=[0, 1, 2], cluster=[0, 0, 0], confidence=[0.5, 0.9, 0.7], margin=[1, 1, 1])
    artifact = factories.artifact(files, lease, "labels-0.parquet", labels)
    rows = [ClusteringRow(0, "main", 1, [ClusterRow(0, 3, 1.0)])]
    rooms.ended(db, lease, Publication([artifact], rows, summary={"n": 3}))
    page = client.get(f"/v1/jobs/{lease.job_id}/result/clusters/0/members").json()["data"]
    assert [row["index"] for row in page] == [1, 2, 0]
    assert {row["distance"] for row in page} == {None}


def test_pages_of_members_follow_each_other(client, made):
    page = client.get(f"{made.url}/clusters/1/members?limit=3").json()
    assert page["has_more"] is True
    assert len(client.get(page["next"]).json()["data"]) == 1


def test_members_of_no_cluster_are_those_left_out(client, made):
    assert client.get(f"{made.url}/clusters/-1/members").json()["data"] == []
    assert client.get(f"{made.url}/clusters/9/members").status_code == 404


def test_one_sample_shows_everything_about_itself(client, made):
    body = client.get(f"{made.url}/samples/5").json()
    assert (body["cluster"], body["id"], body["labels"]) == (1, "=5", {"digit": "two"})
    assert body["soft"] == pytest.approx(made.soft[5].tolist())
    assert body["embedding"] == pytest.approx(made.embeddings[5].tolist())
    assert body["projection"] == pytest.approx(made.embeddings[5].tolist())
    assert client.get(f"{made.url}/samples/12").status_code == 404


def test_confusion_counts_clusters_against_labels(client, made):
    body = client.get(f"{made.url}/confusion").json()
    given = np.arange(rooms.N) % 3
    expected = [[int(((made.labels == c) & (given == y)).sum()) for y in range(3)] for c in range(3)]
    assert body["counts"] == expected
    assert body["labels"] == ["zero", "one", "two"]
    assert sorted(body["matched"].values()) == sorted(body["labels"])
    assert client.get(f"{made.url}/confusion?column=animal").json()["accepted"] == ["digit"]


def test_the_gallery_is_the_stored_picture(client, made):
    assert client.get(f"{made.url}/gallery.png").content == b"\x89PNG picture"


def test_a_pretraining_has_a_summary_and_no_clusters(client, db, files):
    job = rooms.queued_job(db, rooms.ready_dataset(db, files), method="autoencoder", kind="pretrain")
    rooms.ended(db, rooms.claimed(db, job), Publication(summary={"n": 12}))
    body = client.get(f"/v1/jobs/{job}/result/summary").json()
    assert (body["n_clusters"], body["sizes"], body["clusterings"]) == (None, None, [])
    for path in ("clusters", "labels", "clusters/0/members", "samples/0", "confusion"):
        assert client.get(f"/v1/jobs/{job}/result/{path}").status_code == 404, path
