import io
import json
import zipfile

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from models.errors import StorageFull
from models.store import Store
from tests.api import wire

TYPES = {
    "npy": "application/x-npy",
    "npz": "application/x-npz",
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
    "zip": "application/zip",
}


@pytest.fixture
def samples(npy):
    """The same small dataset in every format."""
    out = {"npy": npy(np.eye(4)), "csv": b"a,b\n1,2\n3,4\n"}
    for name, write in {"npz": write_npz, "parquet": write_parquet, "zip": write_zip}.items():
        file = io.BytesIO()
        write(file)
        out[name] = file.getvalue()
    return out


def write_npz(file):
    np.savez(file, x=np.eye(4), y=np.arange(4))


def write_parquet(file):
    pq.write_table(pa.table({"a": [1.0, 2.0]}), file)


def write_zip(file):
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("0/a.png", b"\x89PNG")


@pytest.mark.parametrize("form", TYPES)
def test_a_raw_body_becomes_a_dataset_being_checked(client, files, rings, samples, form):
    answer = client.post(
        "/v1/datasets?name=mine", content=samples[form], headers={"Content-Type": TYPES[form]}
    )
    body = answer.json()
    assert answer.status_code == 202
    assert answer.headers["Location"] == f"/v1/datasets/{body['id']}"
    assert (body["name"], body["state"], body["format"], body["bytes"]) == (
        "mine",
        "validating",
        form,
        len(samples[form]),
    )
    assert files.get(f"uploads/{body['id']}") == samples[form]
    assert rings == ["ingest"]


def send(client, content, *, filename="digits.npy", meta=None, headers=None):
    parts = {"file": (filename, content)}
    if meta is not None:
        parts = {"meta": (None, json.dumps(meta)), **parts}
    return client.post("/v1/datasets", files=parts, headers=headers)


@pytest.mark.parametrize("form", TYPES)
def test_a_multipart_file_is_known_by_its_name(client, files, samples, form):
    answer = send(client, samples[form], filename=f"folder/digits.{form}")
    assert answer.status_code == 202
    assert (answer.json()["name"], answer.json()["format"]) == ("digits", form)
    assert files.get(f"uploads/{answer.json()['id']}") == samples[form]


def test_meta_carries_name_labels_and_reading_options(client, samples):
    meta = {"name": "n", "labels": {"lab": "x"}, "kind": "images", "options": {"resize": [8, 8]}}
    body = send(client, samples["zip"], filename="a.zip", meta=meta).json()
    assert body["labels"] == {"lab": "x"}
    assert body["options"] == {"kind": "images", "resize": [8, 8]}


def test_a_query_carries_the_same(client, samples):
    query = "name=n&label.lab=x&resize=8x8&label_columns=a,b&id_column=i&header=true&delimiter=%3B"
    answer = client.post(
        f"/v1/datasets?{query}", content=samples["csv"], headers={"Content-Type": "text/csv"}
    )
    body = answer.json()
    assert body["labels"] == {"lab": "x"}
    assert body["options"] == {
        "resize": [8, 8], "label_columns": ["a", "b"], "id_column": "i", "header": True, "delimiter": ";",
    }  # fmt: skip


def test_a_large_file_arrives_whole_through_small_chunks(client, files, npy):
    content = npy(np.random.default_rng(0).integers(0, 255, (5000, 784)).astype(np.uint8))
    body = send(client, content, meta={"name": "big"}).json()
    assert files.get(f"uploads/{body['id']}") == content


def test_the_same_upload_is_the_same_dataset(client, files, rings, samples):
    first = send(client, samples["npy"])
    again = send(client, samples["npy"], meta={"name": "other"})
    assert again.status_code == 200
    assert again.headers["Deduplicated"] == "true"
    assert again.json()["id"] == first.json()["id"]
    assert len(list(files.list("uploads"))) == 1
    assert rings == ["ingest"]


def test_other_options_make_another_dataset(client, samples):
    first = send(client, samples["npy"], meta={"kind": "vectors"})
    again = send(client, samples["npy"], meta={"kind": "images"})
    assert again.status_code == 202
    assert again.json()["id"] != first.json()["id"]


def test_inline_rows_are_kept_as_npy(client, files):
    answer = client.post(
        "/v1/datasets", json={"name": "toy", "source": {"type": "inline", "rows": [[1, 2], [3, 4.5]]}}
    )
    assert answer.status_code == 202
    stored = np.load(io.BytesIO(files.get(f"uploads/{answer.json()['id']}")))
    assert stored.tolist() == [[1, 2], [3, 4.5]]


def test_inline_rows_are_small(client):
    rows = [[0.123456789] * 100] * 1000
    answer = client.post("/v1/datasets", json={"name": "toy", "source": {"type": "inline", "rows": rows}})
    assert answer.status_code == 413


def test_ragged_inline_rows_are_pointed_at(client):
    answer = client.post(
        "/v1/datasets", json={"name": "toy", "source": {"type": "inline", "rows": [[1, 2], [3]]}}
    )
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/source/rows/1"


@pytest.mark.parametrize(
    ("content", "type_", "status", "code"),
    [
        (b"", "application/x-npy", 422, "invalid_upload"),
        (b"PK\x03\x04rest", "application/x-npy", 422, "invalid_upload"),
        (b"\x80\x04\x95pickle", "application/octet-stream", 415, "unsupported_media_type"),
        (b"a,b\n", "application/x-npy", 422, "invalid_upload"),
        (b"\x89PNG\r\n", "text/csv", 415, "unsupported_media_type"),
        (b"a\0b", "text/csv", 415, "unsupported_media_type"),
        (b"x", "image/png", 415, "unsupported_media_type"),
        (b"x", "application/octet-stream", 415, "unsupported_media_type"),
    ],
)
def test_what_is_no_dataset_is_refused_and_leaves_nothing(client, files, content, type_, status, code):
    answer = client.post("/v1/datasets?name=x", content=content, headers={"Content-Type": type_})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert list(files.list("uploads")) == []
    assert client.get("/v1/datasets").json()["data"] == []


@pytest.mark.parametrize("magic", [b"\x1f\x8b\x08", b"\x89HDF\r\n", b"\x80\x05", b"MATLAB 5.0"])
def test_foreign_formats_are_refused_before_they_are_read_on(client, files, magic):
    status, body = wire.post(client, "/v1/datasets", [magic + b"x" * 2**20], {"Content-Type": "text/csv"})
    assert status == 415
    assert "npy" in json.loads(body)["accepted"]
    assert list(files.list("uploads")) == []


def test_meta_must_be_valid(client, samples):
    answer = send(client, samples["npy"], meta={"resize": [0, 8], "colour": 1})
    pointers = {entry["pointer"] for entry in answer.json()["errors"]}
    assert answer.status_code == 422
    assert pointers == {"/meta/resize/0", "/meta/colour"}


def test_inline_fields_are_pointed_at(client):
    body = {"name": "toy", "source": {"type": "inline", "rows": [[1, "x"]]}, "colour": 1}
    pointers = {entry["pointer"] for entry in client.post("/v1/datasets", json=body).json()["errors"]}
    assert pointers == {"/source/rows/0/1", "/colour"}
    assert client.post("/v1/datasets?name=x", json=body).status_code == 400


def test_a_query_parameter_that_no_upload_has_is_refused(client, samples):
    answer = client.post("/v1/datasets?nam=x", content=samples["npy"], headers={"Content-Type": TYPES["npy"]})
    assert answer.status_code == 400
    assert "name" in answer.json()["accepted"]


def test_compressed_bodies_are_refused(client):
    headers = {"Content-Type": TYPES["npy"], "Content-Encoding": "gzip"}
    assert client.post("/v1/datasets", content=b"\x1f\x8b", headers=headers).status_code == 415


def test_a_client_that_goes_away_leaves_nothing(client, files, samples):
    chunks = [samples["npy"][:100] + b"x" * 2**20, wire.GONE]
    status, _ = wire.post(client, "/v1/datasets", chunks, {"Content-Type": TYPES["npy"]})
    assert status is None
    assert [path for path in files.folder.rglob("*") if path.is_file()] == []
    assert client.get("/v1/datasets").json()["data"] == []


KEY = {"Idempotency-Key": "0123456789abcdef"}


def test_a_repeated_upload_with_its_key_is_replayed(client, files, rings, samples):
    first = send(client, samples["npy"], headers=KEY)
    again = send(client, samples["npy"], headers=KEY)
    assert again.status_code == 202
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.json() == first.json()
    assert len(list(files.list("uploads"))) == 1
    assert rings == ["ingest"]


def test_a_key_used_for_another_upload_is_refused_and_leaves_nothing(client, files, samples):
    send(client, samples["npy"], headers=KEY)
    answer = send(client, samples["csv"], filename="a.csv", headers=KEY)
    assert answer.status_code == 422
    assert answer.json()["code"] == "idempotency_key_reused"
    assert len(list(files.list("uploads"))) == 1


def test_a_full_store_is_507_and_leaves_nothing(client, monkeypatch, samples):
    store = client.app.state.services.store

    def full(key):
        raise StorageFull("the store has no room left")

    monkeypatch.setattr(store, "aput", full)
    answer = send(client, samples["npy"])
    assert answer.status_code == 507
    assert client.get("/v1/datasets").json()["data"] == []


def test_uploads_are_refused_while_the_disk_is_nearly_full(make_client, files, samples, monkeypatch):
    client = make_client(min_free_share=0.3)

    def upload():
        return client.post(
            "/v1/datasets?name=mine", content=samples["npy"], headers={"Content-Type": TYPES["npy"]}
        )

    monkeypatch.setattr(Store, "free_fraction", lambda store: 0.29)
    assert (upload().status_code, upload().json()["code"]) == (507, "storage_full")
    assert list(files.list("uploads")) == []
    assert client.get("/readyz").json()["degraded"] == ["storage"]
    for free in (0.31, None):
        monkeypatch.setattr(Store, "free_fraction", lambda store, free=free: free)
        assert upload().status_code in (200, 202)
