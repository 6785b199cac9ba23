import numpy as np
import pytest
import torch

from clustering.data import Data
from clustering.fingerprint import fingerprint
from clustering.params import parse

X = np.random.default_rng(0).integers(0, 200, (60, 8, 8)).astype(np.uint8)
PARAMS = parse({"method": "kmeans", "n_clusters": 3})
MODEL = {"weight": torch.arange(6.0).reshape(2, 3)}


def of(array=X, params=PARAMS, seed=0, initial=None, **how):
    return fingerprint(params, seed, Data.of(array, **how), initial or {})


def changed(array, index):
    other = array.copy()
    other[index] += 1
    return other


def test_the_same_fit_has_the_same_fingerprint_wherever_its_samples_are_read_from(tmp_path):
    np.save(tmp_path / "x.npy", X)
    mapped = np.load(tmp_path / "x.npy", mmap_mode="r")
    assert of() == of(X.copy()) == of(mapped, budget_bytes=8)


@pytest.mark.parametrize(
    "other",
    [
        {"seed": 1},
        {"params": parse({"method": "kmeans", "n_clusters": 4})},
        {"array": X.astype(np.float32)},
        {"array": X[:59]},
        {"array": X.reshape(60, 64)},
        {"array": changed(X, (31, 4, 4))},
        {"array": X[::-1].copy()},
        {"initial": MODEL},
    ],
)
def test_another_fit_has_another(other):
    assert of(**other) != of()


@pytest.mark.parametrize(
    "other",
    [
        {"weight": changed(MODEL["weight"].numpy(), (1, 1))},
        {"weight": MODEL["weight"].T.numpy()},
        {"bias": MODEL["weight"].numpy()},
    ],
)
def test_another_initial_model_has_another(other):
    assert of(initial={name: torch.from_numpy(array) for name, array in other.items()}) != of(initial=MODEL)


@pytest.mark.parametrize("shape", [(5000, 1000), (20, 400_000), (3, 2_000_000)])
def test_large_samples_are_read_in_part_from_the_first_to_the_last(shape, monkeypatch):
    x = np.zeros(shape, np.uint8)
    x[0, 0] = 9
    taken = []
    data = Data.of(x)
    monkeypatch.setattr("clustering.fingerprint._digest", lambda values: str(taken.append(values.numel())))
    fingerprint(PARAMS, 0, data, {})
    monkeypatch.undo()
    assert 2**18 < taken[0] <= 2**20
    assert of(changed(x, slice(shape[0] - 1, None))) != of(x)
