"""The whole way from outside: files in over HTTP, jobs through Celery, results out of the database."""

import csv
import io
import json
import zipfile

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image
from sklearn.datasets import load_digits

from facet.errors import DatasetRejectedError, NotFoundError, RefusedError
from tests.worker.readers.corpus import CORPUS

N = 240
DCN = {
    "method": "dcn",
    "n_clusters": 10,
    "net": {"type": "mlp", "hidden": [64, 32]},
    "pretrain_epochs": 5,
    "epochs": 5,
    "batch_size": 64,
}


@pytest.fixture(scope="module")
def digits():
    bunch = load_digits()
    return (bunch.images[:N] * 15).astype(np.uint8), bunch.target[:N]


@pytest.fixture(scope="module")
def dataset(client, digits, tmp_path_factory):
    path = tmp_path_factory.mktemp("files") / "digits.npz"
    x, y = digits
    np.savez(path, x=x, y=y, y_odd=y % 2)
    return client.wait_dataset(client.upload(path)["id"], timeout=60)


@pytest.fixture(scope="module")
def dcn(client, dataset):
    job = client.submit(dataset["id"], DCN, name="flow")
    return client.wait(job["id"], timeout=90)


@pytest.fixture(scope="module")
def result(http, dcn):
    return f"/v1/jobs/{dcn['id']}/result"


def test_a_loopback_service_asks_for_no_key(http):
    assert http.get("/readyz").status_code == 200
    assert http.get("/v1/me").json()["key"] is None


def test_images_arrive_with_their_labels(dataset):
    assert (dataset["state"], dataset["kind"], dataset["n"]) == ("ready", "images", N)
    assert set(dataset["label_columns"]) == {"y", "y_odd"}


def test_the_same_content_is_the_same_dataset(client, dataset, digits, tmp_path):
    np.savez(tmp_path / "again.npz", x=digits[0], y=digits[1], y_odd=digits[1] % 2)
    again = client.wait_dataset(client.upload(tmp_path / "again.npz")["id"], timeout=60)
    assert again["content_sha256"] == dataset["content_sha256"]


def test_a_table_becomes_vectors(client, digits, tmp_path):
    rows = digits[0].reshape(N, -1)
    np.savetxt(tmp_path / "digits.csv", rows, fmt="%d", delimiter=",")
    sent = client.upload(tmp_path / "digits.csv", options={"kind": "vectors"})
    ready = client.wait_dataset(sent["id"], timeout=60)
    assert (ready["kind"], ready["n"], ready["shape"]) == ("vectors", N, [64])


def test_folders_of_a_zip_are_labels(client, digits, tmp_path):
    with zipfile.ZipFile(tmp_path / "digits.zip", "w") as archive:
        for index, (image, label) in enumerate(zip(digits[0][:20], digits[1], strict=False)):
            picture = io.BytesIO()
            Image.fromarray(image).save(picture, "PNG")
            archive.writestr(f"{label}/{index}.png", picture.getvalue())
    ready = client.wait_dataset(client.upload(tmp_path / "digits.zip")["id"], timeout=60)
    assert (ready["kind"], ready["n"], ready["has_labels"]) == ("images", 20, True)


def test_views_and_attributes_travel_with_their_samples(client, http, tmp_path):
    views = np.random.default_rng(0).integers(0, 256, (12, 2, 8, 6, 3), dtype=np.uint8)
    np.savez(tmp_path / "pairs.npz", views=views, attributes=np.ones((12, 1)), attribute_names=["weight"])
    dataset = client.wait_dataset(client.upload(tmp_path / "pairs.npz")["id"], timeout=60)
    assert (dataset["kind"], dataset["n"], dataset["shape"]) == ("images", 12, [8, 12, 3])
    assert (dataset["report"]["views"], dataset["report"]["attributes"]) == (2, ["weight"])
    picture = http.get(f"/v1/datasets/{dataset['id']}/samples/3/image?size=64")
    width, height = Image.open(io.BytesIO(picture.content)).size
    assert width > height
    np.savez(tmp_path / "short.npz", views=views, attributes=np.ones((11, 1)))
    with pytest.raises(DatasetRejectedError, match="11 values for 12 samples"):
        client.wait_dataset(client.upload(tmp_path / "short.npz")["id"], timeout=60)


def test_folders_of_a_zip_are_views_of_their_samples_with_a_table_beside(client, tmp_path):
    views = np.random.default_rng(0).integers(0, 256, (4, 2, 8, 6, 3), dtype=np.uint8)
    table = io.BytesIO()
    pq.write_table(pa.table({"id": ["b3", "b1", "b0", "b2"], "weight": [4, 2, 1, 3]}), table)
    with zipfile.ZipFile(tmp_path / "beads.zip", "w") as archive:
        for place, view in enumerate(("side", "top")):
            for row in range(4):
                picture = io.BytesIO()
                Image.fromarray(views[row, place]).save(picture, "PNG")
                archive.writestr(f"{view}/b{row}.png", picture.getvalue())
        archive.writestr("attributes.parquet", table.getvalue())
    sent = client.upload(tmp_path / "beads.zip", options={"views": True})
    dataset = client.wait_dataset(sent["id"], timeout=60)
    assert (dataset["n"], dataset["shape"], dataset["has_labels"]) == (4, [8, 12, 3], False)
    assert (dataset["report"]["views"], dataset["report"]["attributes"]) == (2, ["weight"])


BAD_FILES = {
    "csv": ["line too long", "a word", "NaN"],
    "npy": ["truncated data", "object dtype", "infinity", "one sample"],
    "npz": ["bomb", "object labels"],
    "zip": ["pointing outside", "symbolic link", "mixed sizes", "decompression bomb"],
}


def test_bad_files_are_rejected_with_what_was_met_and_the_service_goes_on(client, digits, tmp_path):
    bad = [hostile for hostile in CORPUS if hostile.name in BAD_FILES.get(hostile.format, ())]
    assert len(bad) == sum(map(len, BAD_FILES.values()))
    sent = {}
    for number, hostile in enumerate(bad):
        path = tmp_path / f"{number}.{hostile.format}"
        path.write_bytes(hostile.make())
        sent[client.upload(path)["id"]] = hostile
    for dataset_id, hostile in sent.items():
        with pytest.raises(DatasetRejectedError) as caught:
            client.wait_dataset(dataset_id, timeout=60)
        error = caught.value.dataset["error"]
        assert (caught.value.code, bool(error["detail"])) == (hostile.code, True), hostile.name
        assert error["accepted"] is not None, hostile.name
    good = client.upload(digits[0], name="after bad ones", labels=digits[1])
    assert client.wait_dataset(good["id"], timeout=60)["n"] == N


def test_a_job_with_another_methods_parameter_is_refused_with_its_path(client, dataset):
    with pytest.raises(RefusedError) as caught:
        client.submit(dataset["id"], {"method": "kmeans", "n_clusters": 10, "pretrain_epochs": 5})
    assert caught.value.status == 422
    assert any("pretrain_epochs" in error["pointer"] for error in caught.value.problem["errors"])


def test_more_clusters_than_samples_are_refused(client, dataset):
    with pytest.raises(RefusedError):
        client.submit(dataset["id"], {"method": "kmeans", "n_clusters": N + 1})


def test_a_deep_job_succeeds_and_says_how(dcn):
    assert dcn["state"] == "succeeded", dcn["error"]
    assert dcn["attempt"] == 1
    assert dcn["reproduce"]["spec_sha256"]


def test_labels_come_in_every_format(http, result):
    pages = http.get(f"{result}/labels", params={"limit": 500}).json()
    table = list(
        csv.DictReader(io.StringIO(http.get(f"{result}/labels", headers={"Accept": "text/csv"}).text))
    )
    parquet = http.get(f"{result}/labels", headers={"Accept": "application/vnd.apache.parquet"}).content
    array = np.load(io.BytesIO(http.get(f"{result}/labels", headers={"Accept": "application/x-npy"}).content))
    assert array.shape == (N,)
    assert array.tolist() == [row["cluster"] for row in pages["data"]]
    assert array.tolist() == [int(row["cluster"]) for row in table]
    assert array.tolist() == pq.read_table(io.BytesIO(parquet))["cluster"].to_pylist()


def test_metrics_come_with_and_without_true_labels(client, dcn):
    summary = client.result(dcn["id"]).summary()
    assert {"silhouette", "davies_bouldin", "calinski_harabasz"} <= set(summary["metrics"])
    assert set(summary["agreement"]) == {"y", "y_odd"}
    assert {"acc", "nmi", "ari", "ami", "purity"} <= set(summary["agreement"]["y"])


def test_clusters_have_prototypes_and_typical_members(client, http, result, dcn):
    clusters = client.result(dcn["id"]).clusters()
    assert sum(cluster["size"] for cluster in clusters) == N
    picture = http.get(f"{result}/clusters/{clusters[0]['cluster']}/prototype.png")
    assert Image.open(io.BytesIO(picture.content)).size[0] >= 8
    assert client.result(dcn["id"]).prototype(clusters[0]["cluster"]).shape[:2] == (8, 8)


def test_the_gallery_is_one_picture(http, result):
    assert Image.open(io.BytesIO(http.get(f"{result}/gallery.png").content)).height >= 10 * 8


def test_embeddings_and_the_projection_have_a_row_for_each_sample(client, dcn):
    found = client.result(dcn["id"])
    assert found.embeddings().shape == (N, 10)
    assert found.projection().shape == (N, 2)


def test_curves_cover_every_epoch(client, dcn):
    columns = client.result(dcn["id"]).curves()["columns"]
    assert len(columns["step"]) == DCN["pretrain_epochs"] + DCN["epochs"]


def test_events_are_without_gaps(http, dcn):
    events = http.get(f"/v1/jobs/{dcn['id']}/events").json()["data"]
    types = [event["type"] for event in events]
    assert types[0] == "job.queued"
    assert types[-1] == "job.succeeded"
    everything = http.get("/v1/events", params={"limit": 500}).json()["data"]
    assert sorted(event["seq"] for event in everything) == list(range(1, len(everything) + 1))


def test_numpy_in_numpy_out(client, digits):
    clustering = client.cluster(digits[0].reshape(N, -1).astype(np.float32), method="kmeans", n_clusters=10)
    assert clustering.labels.shape == (N,)
    assert set(clustering.labels) == set(range(10))
    assert clustering.metrics["silhouette"] > 0


def test_a_repeated_submission_is_one_job_and_a_deleted_job_is_gone(client, http, dataset):
    body = {"dataset": dataset["id"], "spec": {"method": "kmeans", "n_clusters": 3}}
    headers = {"Idempotency-Key": "flow-key-0123456789"}
    first, second = (http.post("/v1/jobs", json=body, headers=headers) for _ in range(2))
    assert second.headers["Idempotent-Replayed"] == "true"
    job_id = first.json()["id"]
    assert second.json()["id"] == job_id
    assert client.wait(job_id, timeout=60)["state"] == "succeeded"
    client.delete_job(job_id)
    with pytest.raises(NotFoundError):
        client.job(job_id)


def log_lines(*files):
    """What processes logged as JSON; a library's plain text is passed over."""
    text = "\n".join(file.read_text() for file in files)
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


def test_log_lines_of_every_process_say_whose_they_are(service, dcn):
    asked = log_lines(service.home.logs / "api.log")
    (accepted,) = [line for line in asked if line.get("job_id") == dcn["id"]]
    same_request = [line for line in asked if line.get("request_id") == accepted["request_id"]]
    assert [line["event"] for line in same_request] == ["job.accepted", "request"]
    supervised = log_lines(service.home.logs / "worker-0.log")
    trained = log_lines(*service.home.scratch.glob("dens/*/runner-*.log"))
    for lines, events in (
        (supervised, {"job.claimed", "runner.ended"}),
        (trained, {"run.began", "run.ended"}),
    ):
        own = [line for line in lines if line.get("job_id") == dcn["id"]]
        assert events <= {line["event"] for line in own}
        assert {line["attempt"] for line in own} == {1}
    assert all({"timestamp", "level", "logger"} <= line.keys() for line in [*asked, *supervised, *trained])
