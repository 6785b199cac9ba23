import numpy as np
import pytest

from tests.worker.readers.files import npy, npz, parquet
from tests.worker.readers.reading import read
from worker.readers.errors import Refused
from worker.readers.limits import Limits

X = np.random.default_rng(0).normal(size=(20, 4)).astype(np.float32)


def digest(folder, data, kind, **options):
    return read(data, kind, folder, **options).said["content_sha256"]


def test_the_same_content_has_the_same_digest_whatever_its_format(tmp_path):
    columns = {f"c{place}": X[:, place] for place in range(4)}
    csv = "\n".join(",".join(repr(float(value)) for value in row) for row in X).encode()
    digests = {
        digest(tmp_path / "a", npy(X), "npy"),
        digest(tmp_path / "b", npy(np.asfortranarray(X.astype(">f8"))), "npy"),
        digest(tmp_path / "c", npz(x=X), "npz"),
        digest(tmp_path / "d", parquet(**columns), "parquet"),
        digest(tmp_path / "e", csv, "csv"),
    }
    assert len(digests) == 1


def test_samples_labels_and_ids_all_count_for_the_digest(tmp_path):
    y = np.arange(20) % 3
    variants = [
        {"x": X}, {"x": X[::-1]}, {"x": X, "y": y}, {"x": X, "y": y + 1}, {"x": X, "y": y[::-1]},
        {"x": X, "y_other": y}, {"x": X, "ids": y}, {"x": X, "ids": y + 1},
    ]  # fmt: skip
    digests = [digest(tmp_path / str(number), npz(**arrays), "npz") for number, arrays in enumerate(variants)]
    assert len(set(digests)) == len(variants)


def test_vectors_and_images_of_equal_bytes_differ(tmp_path):
    rows = np.arange(12, dtype=np.uint8).reshape(3, 4)
    assert digest(tmp_path / "a", npy(rows), "npy") != digest(
        tmp_path / "b", npy(rows), "npy", image_shape=[2, 2]
    )


def test_a_dataset_over_a_limit_is_refused_before_it_is_written(tmp_path):
    with pytest.raises(Refused) as caught:
        read(npy(X), "npy", tmp_path, limits=Limits(content_bytes=100))
    assert (caught.value.code, caught.value.met, caught.value.accepted) == ("too_large", 320, 100)


def test_x_is_laid_out_as_numpy_saves_it(tmp_path):
    outcome = read(npy(X), "npy", tmp_path)
    data = (outcome.folder / "x.npy").read_bytes()
    assert data[:8] == b"\x93NUMPY\x01\x00"
    assert data[128:] == X.tobytes()
    assert np.load(outcome.folder / "x.npy", mmap_mode="r").shape == (20, 4)
