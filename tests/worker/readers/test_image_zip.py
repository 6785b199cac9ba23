import io
import zipfile

import numpy as np
import pytest
from PIL import Image

from tests.worker.readers.files import archive, image, png_declaring
from tests.worker.readers.reading import read
from worker.readers.errors import Refused


def test_an_image_of_too_many_pixels_is_refused_with_the_number_that_is_accepted(tmp_path):
    data = archive({"a.png": png_declaring(60_000, 60_000), "b.png": image()})
    with pytest.raises(Refused) as caught:
        read(data, "zip", tmp_path)
    assert caught.value.met == [3_600_000_000]
    assert caught.value.accepted == "at most 25000000 pixels"


def encoded(pixels, encoding="PNG", **options):
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, encoding, **options)
    return out.getvalue()


def test_folders_are_labels_and_names_are_ids(tmp_path):
    pixels = np.random.default_rng(0).integers(0, 256, (3, 5, 7, 3), dtype=np.uint8)
    names = ["b/2.png", "a/1.png", "a/9.png"]
    outcome = read(
        archive({name: encoded(one) for name, one in zip(names, pixels, strict=True)}), "zip", tmp_path
    )
    assert outcome.ids == ["a/1.png", "a/9.png", "b/2.png"]
    assert outcome.label("label") == ["a", "a", "b"]
    np.testing.assert_array_equal(outcome.x, pixels[[1, 2, 0]])


@pytest.mark.parametrize("encoding", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_three_encodings_are_read_stored_or_deflated(tmp_path, encoding, method):
    data = archive({f"{n}.bin": image(encoding=encoding, seed=n) for n in range(3)}, method)
    outcome = read(data, "zip", tmp_path)
    assert (outcome.said["n"], outcome.said["shape"], outcome.said["label_columns"]) == (3, [8, 8, 3], [])


def test_gray_images_have_one_channel(tmp_path):
    outcome = read(archive({f"{n}.png": image(mode="L", seed=n) for n in range(3)}), "zip", tmp_path)
    assert outcome.said["shape"] == [8, 8, 1]


def test_gray_among_color_becomes_rgb(tmp_path):
    outcome = read(archive({"a.png": image(mode="L"), "b.png": image(mode="RGB")}), "zip", tmp_path)
    assert outcome.said["shape"] == [8, 8, 3]
    assert (outcome.x[0, ..., 0] == outcome.x[0, ..., 1]).all()
    assert "Gray and color images are mixed: all became RGB." in outcome.report["notes"]


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "1", "CMYK"])
def test_other_modes_become_gray_or_rgb(tmp_path, mode):
    encoding = "JPEG" if mode == "CMYK" else "PNG"
    members = {str(seed): image(mode=mode, encoding=encoding, seed=seed) for seed in range(2)}
    outcome = read(archive(members), "zip", tmp_path)
    assert outcome.said["shape"] == [8, 8, 1 if mode in ("LA", "1") else 3]
    assert ("2 images: transparency was dropped." in outcome.report["notes"]) == (mode in ("RGBA", "LA"))


def test_sixteen_bits_become_eight(tmp_path):
    levels = np.arange(64, dtype=np.uint16).reshape(8, 8) * 1000
    outcome = read(archive({"a": encoded(levels), "b": encoded(levels + 500)}), "zip", tmp_path)
    np.testing.assert_array_equal(outcome.x[0, ..., 0], levels >> 8)


def test_images_are_turned_as_their_cameras_say(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    pixels = np.zeros((4, 8, 3), dtype=np.uint8)
    turned = encoded(pixels, "JPEG", exif=exif)
    assert read(archive({"a": turned, "b": turned}), "zip", tmp_path).said["shape"] == [8, 4, 3]


def test_mixed_sizes_need_resize_and_two_examples_are_named(tmp_path):
    data = archive({"a.png": image((8, 8)), "b.png": image((9, 7))})
    with pytest.raises(Refused, match=r"'a.png' is 8 × 8, 'b.png' is 7 × 9") as caught:
        read(data, "zip", tmp_path / "refused")
    assert caught.value.errors[0]["pointer"] == "/options/resize"
    assert read(data, "zip", tmp_path / "resized", resize=[5, 6]).said["shape"] == [5, 6, 3]


def test_what_systems_add_is_left_out(tmp_path):
    extra = {"__MACOSX/a/._1.png": b"x", "a/.DS_Store": b"x", "a/Thumbs.db": b"x"}
    outcome = read(archive({"a/1.png": image(), "b/2.png": image(), **extra}), "zip", tmp_path)
    assert outcome.said["n"] == 2
    assert any(note.startswith("3 files that systems add") for note in outcome.report["notes"])


def test_folders_around_everything_are_no_labels(tmp_path):
    labeled = archive({"set/train/cat/1.png": image(), "set/train/dog/1.png": image()})
    assert read(labeled, "zip", tmp_path / "labeled").label("label") == ["cat", "dog"]
    flat = archive({"set/1.png": image(), "set/2.png": image()})
    assert read(flat, "zip", tmp_path / "flat").said["label_columns"] == []


def test_names_from_windows_and_of_any_script_are_read(tmp_path):
    outcome = read(archive({"猫\\1.png": image(), "犬\\1.png": image()}), "zip", tmp_path)
    assert sorted(outcome.label("label")) == ["犬", "猫"]
