import pytest
import torch

from clustering.augment.crop import random_crop, random_resized_crop
from clustering.params.augment import CropAugment, SimclrAugment


def generator():
    return torch.Generator().manual_seed(0)


def test_a_crop_is_a_window_of_the_padded_image():
    x = torch.rand(20, 3, 7, 9)
    padded = torch.nn.functional.pad(x, (2, 2, 2, 2))
    for image, frame in zip(random_crop(x, CropAugment(padding=2), generator()), padded, strict=True):
        windows = [frame[:, top : top + 7, left : left + 9] for top in range(5) for left in range(5)]
        assert any(torch.equal(image, window) for window in windows)


def test_every_shift_occurs():
    x = torch.zeros(2000, 1, 5, 5)
    x[:, 0, 2, 2] = 1
    out = random_crop(x, CropAugment(padding=2), generator())
    assert (out.sum(0)[0] > 40).all()


@pytest.mark.parametrize(("flip", "flipped"), [(0.0, 0), (1.0, 500), (0.5, 250)])
def test_the_share_of_flips_is_the_probability(flip, flipped):
    x = torch.arange(5.0).view(1, 1, 1, 5).repeat(500, 1, 5, 1) + 1
    out = random_crop(x, CropAugment(padding=1, flip=flip), generator())
    backward = out[:, 0, 2, 1] > out[:, 0, 2, 3]
    assert backward.sum().item() == pytest.approx(flipped, abs=40 * (0 < flip < 1))


def test_a_resized_crop_shows_a_box_within_the_image():
    ramp = torch.linspace(0, 1, 32)
    x = torch.stack([ramp.expand(32, 32), ramp[:, None].expand(32, 32), torch.ones(32, 32)]).repeat(
        300, 1, 1, 1
    )
    out = random_resized_crop(x, SimclrAugment(flip=0), generator())
    assert out.min() >= 0 and out.max() <= 1 + 1e-6
    torch.testing.assert_close(out[:, 2], torch.ones(300, 32, 32))
    wide, tall = (out[:, 0, 0, -1] - out[:, 0, 0, 0]), (out[:, 1, -1, 0] - out[:, 1, 0, 0])
    area = wide * tall * (32 / 31) ** 2
    assert (wide > 0).all() and (tall > 0).all()
    assert 0.03 < area.min() < 0.15 and area.max() > 0.8


def test_the_whole_image_is_kept_where_all_of_it_is_asked_for():
    x = torch.rand(50, 3, 16, 16)
    out = random_resized_crop(x, SimclrAugment(min_area=1, flip=0), generator())
    assert out.shape == x.shape and (out - x).abs().mean() < 0.25
