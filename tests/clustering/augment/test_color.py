from math import pi

import kornia.enhance as kornia
import pytest
import torch
from kornia.color import rgb_to_grayscale

from clustering.augment import augmenter
from clustering.augment.color import gray, mix, shift_hue, solarize
from clustering.params.augment import SimclrAugment

ONE = torch.ones(6)


@pytest.fixture
def x():
    return torch.rand(6, 3, 9, 7, generator=torch.Generator().manual_seed(0))


@pytest.fixture
def factors():
    return torch.tensor([0.4, 0.7, 1.0, 1.2, 1.6, 2.0])


def test_brightness_equals_the_reference(x, factors):
    torch.testing.assert_close(mix(x, factors, ONE, ONE), kornia.adjust_brightness_accumulative(x, factors))


def test_contrast_equals_the_reference(x, factors):
    torch.testing.assert_close(
        mix(x, ONE, factors, ONE), kornia.adjust_contrast_with_mean_subtraction(x, factors)
    )


def test_saturation_equals_the_reference(x, factors):
    expected = kornia.adjust_saturation_with_gray_subtraction(x, factors)
    torch.testing.assert_close(mix(x, ONE, ONE, factors), expected)


def test_the_fused_step_equals_the_three_in_turn_where_nothing_is_clamped(x):
    x = 0.4 + 0.2 * x
    brightness, contrast, saturation = 0.9 * ONE, 1.1 * ONE, 0.8 * ONE
    in_turn = mix(mix(mix(x, brightness, ONE, ONE), ONE, contrast, ONE), ONE, ONE, saturation)
    torch.testing.assert_close(mix(x, brightness, contrast, saturation), in_turn)


def test_hue_equals_the_reference(x):
    shift = torch.tensor([-0.5, -0.2, -0.05, 0.0, 0.1, 0.5])
    torch.testing.assert_close(shift_hue(x, shift), kornia.adjust_hue(x, 2 * pi * shift), atol=1e-5, rtol=0)


def test_hue_of_a_gray_image_changes_nothing():
    level = torch.rand(6, 1, 4, 4).repeat(1, 3, 1, 1)
    torch.testing.assert_close(shift_hue(level, torch.full((6,), 0.3)), level)


def test_gray_equals_the_reference(x):
    torch.testing.assert_close(gray(x), rgb_to_grayscale(x))


def test_solarize_equals_the_reference_on_the_selected_images(x):
    selected = torch.tensor([True, False] * 3)
    out = solarize(x, torch.where(selected, 0.5, torch.inf))
    torch.testing.assert_close(out[::2], kornia.solarize(x[::2], 0.5))
    assert torch.equal(out[1::2], x[1::2])


def test_a_view_stays_in_range_and_repeats_with_its_seed():
    x = torch.rand(64, 3, 32, 32)
    draw = augmenter(SimclrAugment())
    first, second = (draw(x, torch.Generator().manual_seed(1)) for _ in range(2))
    assert torch.equal(first, second) and first.shape == x.shape
    assert first.min() >= -1e-6 and first.max() <= 1 + 1e-6


def test_with_every_chance_at_zero_the_whole_image_comes_back():
    none = SimclrAugment(min_area=1, flip=0, jitter=0, grayscale=0, solarize=0, hue=0.1)
    x = torch.rand(200, 3, 16, 16)
    out = augmenter(none)(x, torch.Generator().manual_seed(0))
    assert out.mean() == pytest.approx(x.mean().item(), abs=0.01)


def test_a_negative_is_one_minus_the_view_and_others_stay():
    x, plain = torch.rand(64, 3, 12, 12), SimclrAugment(jitter=0, grayscale=0, solarize=0)
    drawn = [
        augmenter(plain.model_copy(update={"invert": chance}))(x, torch.Generator().manual_seed(0))
        for chance in (0.0, 0.5, 1.0)
    ]
    torch.testing.assert_close(drawn[2], 1 - drawn[0])
    inverted = (drawn[1] != drawn[0]).flatten(1).any(1)
    assert 20 < inverted.sum() < 44
    assert torch.equal(drawn[1][inverted], drawn[2][inverted])


def test_every_image_is_gray_where_gray_is_certain():
    certain = SimclrAugment(grayscale=1)
    out = augmenter(certain)(torch.rand(8, 3, 12, 12), torch.Generator().manual_seed(0))
    assert torch.equal(out[:, 0], out[:, 1]) and torch.equal(out[:, 1], out[:, 2])
