import numpy as np
import pytest
import torch

from clustering.data import Data
from clustering.errors import InvalidData

rng = np.random.default_rng(0)
VECTORS = rng.normal(size=(11, 3)).astype(np.float32)
IMAGES = rng.integers(0, 256, (11, 4, 5, 3), np.uint8)


def batches(data, size, view=None):
    return list(data.batches(size, torch.Generator().manual_seed(0), view))


def test_images_come_as_floats_in_the_unit_range_channels_first():
    data = Data.of(IMAGES)
    assert (data.n, data.shape, data.kind) == (11, (3, 4, 5), "images")
    (x,) = data.blocks(11)
    np.testing.assert_allclose(x, IMAGES.transpose(0, 3, 1, 2) / IMAGES.max(), rtol=1e-6)


def test_gray_images_need_no_channel_axis():
    assert Data.of(IMAGES[..., 0]).shape == (1, 4, 5)


def test_bytes_stay_bytes_in_memory():
    assert Data.of(IMAGES).source.x.dtype == torch.uint8


@pytest.mark.parametrize("dtype", [np.float64, np.float16, np.int32, np.int64, bool])
def test_other_numbers_become_float32(dtype):
    (x,) = Data.of(VECTORS.astype(dtype)).blocks(11)
    assert x.dtype == torch.float32
    np.testing.assert_allclose(x, VECTORS.astype(dtype).astype(np.float32))


@pytest.mark.parametrize(
    ("size", "expected"),
    [(3, [3, 3, 3, 2]), (5, [5, 6]), (7, [7, 4]), (8, [11]), (11, [11]), (100, [11]), (2, [2, 2, 2, 2, 3])],
)
def test_an_epoch_visits_each_sample_once_and_no_batch_is_below_half_its_size(size, expected):
    found = batches(Data.of(VECTORS), size)
    assert [len(batch.index) for batch in found] == expected
    assert sorted(torch.cat([batch.index for batch in found]).tolist()) == list(range(11))
    for batch in found:
        np.testing.assert_array_equal(batch.x, VECTORS[batch.index])


def test_a_view_is_drawn_in_the_unit_range_and_scaled_like_its_batch():
    data = Data.of(IMAGES, scale="standard")
    (batch,) = batches(data, 11, view=lambda x, _: x.clamp(0, 1))
    torch.testing.assert_close(batch.view(), batch.x)
    (flat,) = batches(data, 11, view=lambda x, _: torch.zeros_like(x))
    mean, std = IMAGES.mean(axis=(0, 1, 2)), IMAGES.std(axis=(0, 1, 2))
    np.testing.assert_allclose(flat.view()[0, :, 0, 0], -mean / std, rtol=1e-4)


def test_without_a_view_a_batch_is_its_own():
    (batch,) = batches(Data.of(VECTORS), 11)
    assert batch.view() is batch.x


@pytest.mark.parametrize("array", [IMAGES, VECTORS])
def test_streamed_samples_equal_resident_ones(array, tmp_path):
    np.save(tmp_path / "x.npy", array)
    mapped = np.load(tmp_path / "x.npy", mmap_mode="r")
    streamed, resident = Data.of(mapped, scale="standard", budget_bytes=8), Data.of(array, scale="standard")
    assert streamed.scaling.gain == resident.scaling.gain
    for a, b in zip(batches(streamed, 4), batches(resident, 4), strict=True):
        assert torch.equal(a.x, b.x)
    assert torch.equal(torch.cat(list(streamed.blocks(4))), torch.cat(list(resident.blocks(3))))


def test_the_matrix_holds_all_samples_flattened():
    flat = IMAGES.transpose(0, 3, 1, 2).reshape(11, -1)
    np.testing.assert_allclose(Data.of(IMAGES).matrix(), flat / IMAGES.max(), rtol=1e-6)


@pytest.mark.parametrize(
    ("array", "met"),
    [
        ([[1.0, 2.0]], "list"),
        (np.array([["a", "b"], ["c", "d"]]), "dtype <U1"),
        (np.array([[1, None], [2, 3]], object), "dtype object"),
        (np.ones((3, 2), complex), "complex"),
        (np.ones(5), "1 axes"),
        (np.ones((2, 2, 2, 2, 2)), "5 axes"),
        (np.ones((4, 0)), "no values"),
        (np.ones((1, 4)), "1 samples"),
        (np.ones((0, 4)), "0 samples"),
        (np.array([[1.0, 2], [np.nan, 3]]), r"Sample 1 holds nan at \[0\]; .* -1e\+16 to 1e\+16"),
        (np.array([[np.inf, 2], [1, 3]]), r"Sample 0 holds inf at \[0\]"),
        (np.array([[1.0, 2], [1, 3], [1e300, 0]]), r"Sample 2 holds inf at \[0\]"),
        (np.array([[1.0, 2], [1, -2e16], [3e16, 0]]), r"Sample 1 holds -2e\+16 at \[1\]"),
    ],
)
def test_what_cannot_be_clustered_is_refused_with_what_was_met(array, met):
    with pytest.raises(InvalidData, match=met):
        Data.of(array)


def test_the_first_extreme_cell_of_images_is_named_by_its_place_in_them():
    images = np.zeros((3, 4, 5, 2), np.float32)
    images[1, 2, 3, 0] = images[1, 0, 4, 1] = 1e19
    with pytest.raises(InvalidData, match=r"Sample 1 holds 1e\+19 at \[0, 4, 1\]"):
        Data.of(images)


@pytest.mark.parametrize("budget", [4 * 2**30, 0], ids=["resident", "streamed"])
def test_a_part_is_some_samples_in_the_scale_of_all(budget):
    samples = np.random.default_rng(0).normal(5, 3, (20, 3)).astype(np.float32)
    data = Data.of(samples, scale="standard", budget_bytes=budget)
    (whole,) = data.blocks(20)
    index = torch.tensor([3, 7, 19, 0])
    part = data.part(index)
    assert part.n == 4
    torch.testing.assert_close(torch.cat(list(part.blocks(3))), whole[index])
    torch.testing.assert_close(torch.cat(list(part.part(torch.tensor([2, 1])).blocks(3))), whole[[19, 7]])
    for batch in part.batches(2, torch.Generator().manual_seed(0)):
        torch.testing.assert_close(batch.x, whole[index[batch.index]])
