import io
import weakref

import numpy as np
import pytest
from PIL import Image

from api import samples
from tests.api import rooms


@pytest.fixture
def images(db, files):
    return f"/v1/datasets/{rooms.ready_dataset(db, files)}"


@pytest.fixture
def vectors(db, files):
    return f"/v1/datasets/{rooms.ready_dataset(db, files, images=False)}"


class Tracked:
    """An array of which it is known whether anybody still has it."""

    def __init__(self, pixels):
        self.pixels = pixels

    def __getattr__(self, name):
        return getattr(self.pixels, name)

    def __getitem__(self, where):
        return self.pixels[where]


def picture(answer):
    return Image.open(io.BytesIO(answer.content))


def test_samples_of_images_show_labels_in_words_and_their_picture(client, images):
    page = client.get(f"{images}/samples?limit=2").json()
    image = f"{images}/samples/1/image"
    assert page["data"][1] == {
        "index": 1, "id": "=1", "labels": {"digit": "one"}, "values": None, "image": image,
    }  # fmt: skip
    assert page["has_more"] is True
    assert [row["index"] for row in client.get(page["next"]).json()["data"]] == [2, 3]


def test_samples_of_vectors_show_their_values(client, vectors):
    page = client.get(f"{vectors}/samples?after=10").json()
    assert page["data"] == [
        {"index": 11, "id": "=11", "labels": {"digit": "two"}, "values": [0, 0, 0, 0], "image": None}
    ]
    assert page["has_more"] is False
    assert client.get(f"{vectors}/samples/2").json()["values"] == [0, 0, 1, 0]


def test_a_sample_that_is_not_there_is_404(client, images):
    for path in ("samples/12", "samples/-1", "samples/12/image"):
        assert client.get(f"{images}/{path}").status_code == 404
    assert client.get(f"{images}/samples?after=99").json()["data"] == []


def test_a_picture_has_the_pixels_of_the_sample(client, images):
    found = np.asarray(picture(client.get(f"{images}/samples/2/image")))
    assert found.tolist() == np.arange(32, 48).reshape(4, 4).tolist()


def test_a_thumbnail_is_enlarged_in_whole_pixels(client, images):
    answer = client.get(f"{images}/samples/2/image?size=64")
    assert picture(answer).size == (64, 64)
    assert np.asarray(picture(answer))[::16, ::16].tolist() == np.arange(32, 48).reshape(4, 4).tolist()
    assert client.get(f"{images}/samples/2/image?size=65").status_code == 422


def test_a_picture_comes_as_png_or_webp_and_never_changes(client, images):
    url = f"{images}/samples/2/image"
    answer = client.get(url, headers={"Accept": "image/webp,*/*;q=0.1"})
    assert picture(answer).format == "WEBP"
    assert "immutable" in answer.headers["Cache-Control"]
    assert (
        client.get(url, headers={"Accept": "image/webp", "If-None-Match": answer.headers["ETag"]}).status_code
        == 304
    )
    refused = client.get(url, headers={"Accept": "image/jpeg"})
    assert refused.status_code == 406
    assert refused.json()["accepted"] == ["image/png", "image/webp"]


def test_color_images_keep_their_colors(client, db, files):
    x = np.random.default_rng(0).integers(0, 255, (3, 5, 7, 3)).astype(np.uint8)
    dataset = rooms.ready_dataset(db, files, x=x)
    answer = client.get(f"/v1/datasets/{dataset}/samples/1/image")
    assert np.array_equal(np.asarray(picture(answer)), x[1])


def test_the_preview_is_a_sheet_of_samples(client, images):
    assert picture(client.get(f"{images}/preview")).size == (4 * 34 - 2, 3 * 34 - 2)


def test_the_preview_holds_no_more_than_a_picture_or_two_at_a_time(client, images, monkeypatch):
    read, held, most = samples.picture, weakref.WeakSet(), []

    def watched(*args):
        found = Tracked(read(*args))
        held.add(found)
        most.append(len(held))
        return found

    monkeypatch.setattr(samples, "picture", watched)
    assert client.get(f"{images}/preview").status_code == 200
    assert (len(most), max(most) <= 2) == (rooms.N + 1, True)


def test_vectors_have_no_pictures(client, vectors):
    for path in ("samples/0/image", "preview"):
        answer = client.get(f"{vectors}/{path}")
        assert (answer.status_code, answer.json()["code"]) == (409, "not_images")


def test_stats_are_the_report(client, images):
    assert client.get(f"{images}/stats").json()["report"]["labels"]["digit"]["counts"] == [4, 4, 4]


def test_a_dataset_still_being_checked_has_no_samples_yet(client):
    body = client.post("/v1/datasets?name=x", content=b"1,2\n", headers={"Content-Type": "text/csv"}).json()
    for path in ("samples", "samples/0", "stats"):
        answer = client.get(f"/v1/datasets/{body['id']}/{path}")
        assert (answer.status_code, answer.json()["code"]) == (409, "dataset_not_ready")
        assert "Retry-After" in answer.headers
