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


def test_a_turned_view_is_the_image_turned_about_its_center():
    ball = (torch.stack(torch.meshgrid([torch.arange(-8.0, 9)] * 2, indexing="ij")).norm(dim=0) < 5).float()
    x = ball.repeat(40, 1, 1, 1)
    whole = SimclrAugment(min_area=1, flip=0)
    still, turned = (
        random_resized_crop(x, params, generator())
        for params in (whole, whole.model_copy(update={"rotation": 180}))
    )
    torch.testing.assert_close(turned[:, :, 8, 8], still[:, :, 8, 8])
    torch.testing.assert_close(turned.sum((1, 2, 3)), still.sum((1, 2, 3)), rtol=0.02, atol=0)


def test_views_turn_by_every_angle_up_to_the_rotation():
    x = torch.zeros(2000, 1, 33, 33)
    x[:, 0, 16, 26:29] = 1
    out = random_resized_crop(x, SimclrAugment(min_area=1, flip=0, rotation=60), generator())
    place = torch.arange(33.0) - 16
    across, down = (out[:, 0] * place).sum((1, 2)), (out[:, 0] * place[:, None]).sum((1, 2))
    angle = torch.rad2deg(torch.atan2(down, across))
    assert angle.abs().max() < 60 + 15  # the aspect ratio tilts a turned line by no more
    assert angle.mean() == pytest.approx(0, abs=2)
    assert angle.abs().mean() == pytest.approx(30, abs=2)


def test_a_view_from_farther_off_shows_the_image_smaller_and_its_border_around():
    x = torch.zeros(300, 1, 16, 16)
    x[:, :, 2:14, 2:14] = 1
    out = random_resized_crop(x, SimclrAugment(min_area=1, max_area=2.5, flip=0), generator())
    assert (out[:, :, 0] == 0).all()
    shown = out.sum((1, 2, 3)) / 144
    assert 0.35 < shown.min() < 0.45
    assert 0.9 < shown.max() < 1.1


def test_without_rotation_the_same_views_come_as_ever():
    x, draws = torch.rand(8, 3, 12, 12), generator()
    random_resized_crop(x, SimclrAugment(), draws)
    expected = generator()
    for _ in range(5):
        torch.empty(8).uniform_(generator=expected)
    assert torch.equal(draws.get_state(), expected.get_state())
