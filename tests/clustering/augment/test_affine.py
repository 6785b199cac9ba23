from math import pi

import kornia.geometry.transform as kornia
import pytest
import torch

from clustering.augment import augmenter
from clustering.augment.affine import inverse_affine
from clustering.augment.warp import warp
from clustering.params.augment import AffineAugment


def each(b, low, high):
    return torch.rand(b) * (high - low) + low


@pytest.mark.parametrize("shape", [(6, 1, 28, 28), (6, 3, 17, 24)])
def test_a_warp_equals_the_reference_under_the_same_maps(shape):
    torch.manual_seed(0)
    b, _, height, width = shape
    angle, zoom, shear, shift = (
        each(b, -1, 1),
        each(b, 0.7, 1.4),
        each(b, -0.4, 0.4),
        torch.rand(b, 2) * 6 - 3,
    )
    turned = torch.stack([torch.cos(angle), -torch.sin(angle), torch.sin(angle), torch.cos(angle)], 1).view(
        b, 2, 2
    )
    sheared = torch.eye(2).repeat(b, 1, 1)
    sheared[:, 0, 1] = torch.tan(shear)
    linear = zoom[:, None, None] * turned @ sheared
    center = torch.tensor([(width - 1) / 2, (height - 1) / 2])
    offset = center + shift - linear @ center
    x = torch.rand(shape)
    expected = kornia.warp_affine(
        x, torch.cat([linear, offset[:, :, None]], 2), (height, width), align_corners=True
    )
    torch.testing.assert_close(
        warp(x, inverse_affine(angle, zoom, shear, shift)), expected, atol=1e-4, rtol=0
    )


def test_a_quarter_turn_turns_the_image():
    x = torch.rand(2, 1, 8, 8)
    quarter = inverse_affine(torch.full((2,), pi / 2), torch.ones(2), torch.zeros(2), torch.zeros(2, 2))
    torch.testing.assert_close(warp(x, quarter), x.rot90(-1, (2, 3)), atol=1e-5, rtol=0)


def test_a_shift_is_in_pixels_and_fills_with_black():
    x = torch.rand(2, 1, 8, 8) + 1
    right = inverse_affine(torch.zeros(2), torch.ones(2), torch.zeros(2), torch.tensor([[2.0, 0.0]] * 2))
    moved = warp(x, right)
    torch.testing.assert_close(moved[..., 2:], x[..., :-2])
    assert (moved[..., :2] == 0).all()


def test_no_range_leaves_the_images_as_they_are():
    still = AffineAugment(degrees=0, translate=0, shear=0)
    x = torch.rand(4, 1, 9, 9)
    torch.testing.assert_close(augmenter(still)(x, torch.Generator()), x, atol=1e-5, rtol=0)


def test_each_image_is_warped_in_its_own_way_and_the_same_seed_repeats_it():
    x = torch.rand(1, 1, 28, 28).repeat(3, 1, 1, 1)
    draw = augmenter(AffineAugment())
    first, second = (draw(x, torch.Generator().manual_seed(0)) for _ in range(2))
    assert torch.equal(first, second)
    assert not torch.equal(first[0], first[1]) and first.shape == x.shape
