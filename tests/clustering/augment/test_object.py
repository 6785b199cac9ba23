import pytest
import torch

from clustering.augment import augmenter
from clustering.augment.color import mix, shift_hue
from clustering.augment.object import object_colors
from clustering.params.augment import AffineAugment, ObjectAugment

STILL = {"affine": 0, "min_area": 1, "flip": 0, "vertical_flip": 0}


def draw(x, seed=0, **fields):
    return augmenter(ObjectAugment(**fields))(x, torch.Generator().manual_seed(seed))


def objects(b=64, v=2):
    """The same picture v times, of b objects."""
    return torch.rand(b, 1, 3, 12, 12, generator=torch.Generator().manual_seed(1)).repeat(1, v, 1, 1, 1)


def test_pictures_of_an_object_share_their_colors_and_objects_do_not():
    x = objects()
    out = draw(x, **STILL, color=1)
    torch.testing.assert_close(out[:, 0], out[:, 1])
    same = draw(x[:1].repeat(64, 1, 1, 1, 1), **STILL, color=1)
    assert len(same[:, 0].flatten(1).unique(dim=0)) == 64


def test_pictures_of_an_object_move_each_by_itself():
    out = draw(objects(), color=0, affine=1)
    assert ((out[:, 0] - out[:, 1]).abs().amax((1, 2, 3)) > 1e-3).all()


def test_nothing_asked_for_leaves_pictures_as_they_are():
    x = objects()
    torch.testing.assert_close(draw(x, **STILL, color=0), x, atol=1e-5, rtol=0)


def test_a_share_of_the_objects_keeps_its_colors():
    x = objects(400)
    out = draw(x, **STILL, color=0.5)
    kept = ((out - x).abs().amax((1, 2, 3, 4)) < 1e-3).float().mean()
    assert kept == pytest.approx(0.5, abs=0.1)


def test_colors_are_inverted_then_jittered_as_one_by_one():
    x = objects(5, 1)[:, 0]
    plain = {"brightness": 0, "contrast": 0, "saturation": 0, "hue": 0}
    inverted = object_colors(x, ObjectAugment(color=1, invert=1, **plain), torch.Generator())
    torch.testing.assert_close(inverted, 1 - x, atol=1e-5, rtol=0)
    jitter = ObjectAugment(color=1, invert=1, brightness=0.2, contrast=0, saturation=0, hue=0.5)
    told = object_colors(x, jitter, torch.Generator().manual_seed(3))
    generator = torch.Generator().manual_seed(3)
    rand = [torch.rand(5, generator=generator) for _ in range(6)]
    one = torch.ones(5)
    expected = shift_hue(mix(1 - x, 0.8 + 0.4 * rand[2], one, one), rand[5] - 0.5)
    torch.testing.assert_close(told, expected, atol=1e-4, rtol=0)


def test_flips_turn_pictures_over():
    x = objects(40)
    out = draw(x, **STILL | {"flip": 1, "vertical_flip": 1}, color=0)
    torch.testing.assert_close(out, x.flip(-1, -2), atol=1e-5, rtol=0)


def test_a_crop_shows_a_part_of_the_picture_at_full_size():
    ramp = torch.linspace(0, 1, 32).expand(200, 3, 32, 32)
    out = draw(ramp, **STILL | {"min_area": 0.25}, color=0)
    shown = out[:, 0, 16, -2] - out[:, 0, 16, 1]
    assert shown.min() >= 0.4 and shown.max() <= 1


def test_single_pictures_and_pictures_in_a_row_are_both_drawn_and_repeat_with_their_seed():
    x = objects()
    assert torch.equal(draw(x), draw(x))
    assert draw(x[:, 0]).shape == (64, 3, 12, 12)
    assert draw(x).min() >= -1e-5 and draw(x).max() <= 1 + 1e-5


def test_other_views_of_several_pictures_draw_each_by_itself():
    out = augmenter(AffineAugment())(objects(), torch.Generator().manual_seed(0))
    assert out.shape == (64, 2, 3, 12, 12)
    assert not torch.equal(out[:, 0], out[:, 1])
