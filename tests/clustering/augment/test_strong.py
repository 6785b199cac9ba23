from math import cos, radians, sin

import numpy as np
import pytest
import torch
from PIL import Image

from clustering.augment import augmenter, together
from clustering.augment.strong import OPERATIONS
from clustering.params.augment import CropAugment, StrongAugment

STILL = StrongAugment(padding=0, flip=0, operations=0, hole=0)
NAMES = {
    *("identity", "autocontrast", "equalize", "rotate", "solarize", "color", "contrast"),
    *("brightness", "sharpness", "shear_x", "shear_y", "translate_x", "translate_y", "posterize"),
}


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def pictures(b=40, c=3, h=16, w=24):
    return torch.rand(b, c, h, w, generator=generator(1))


def smooth(b, h=32, w=40):
    """Images without edges, on which every bilinear sampler agrees."""
    rows, columns = torch.linspace(0, 3, h)[:, None], torch.linspace(0, 4, w)
    phases = torch.arange(b)[:, None, None]
    return ((rows + phases).sin() * (columns + phases).cos() / 2 + 0.5)[:, None]


def test_there_are_the_fourteen_operations():
    assert set(OPERATIONS) == NAMES and len(OPERATIONS) == 14


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("size", [(28, 28), (8, 8), (5, 9)])
def test_a_view_stays_in_range_and_repeats_with_its_generator(channels, size):
    x = pictures(64, channels, *size)
    draw = augmenter(StrongAugment())
    first, second, other = (draw(x, generator(seed)) for seed in (1, 1, 2))
    assert torch.equal(first, second) and not torch.equal(first, other)
    assert first.shape == x.shape and first.dtype == x.dtype
    assert first.min() >= 0 and first.max() <= 1 + 1e-6


@pytest.mark.parametrize("name", sorted(NAMES))
@pytest.mark.parametrize("black", [False, True])
def test_each_operation_keeps_shape_range_and_its_input(name, black):
    x = pictures() * (not black)
    before = x.clone()
    out = OPERATIONS[name](x, generator())
    assert torch.equal(x, before)
    assert out.shape == x.shape and out.isfinite().all()
    assert out.min() >= 0 and out.max() <= 1 + 1e-6


@pytest.mark.parametrize("name", sorted(NAMES - {"identity"}))
def test_each_operation_changes_images(name):
    x = pictures() * 0.5 + 0.2
    out = OPERATIONS[name](x, generator())
    assert not torch.allclose(out, x, atol=1e-3)


@pytest.mark.parametrize("name", sorted(NAMES - {"identity", "autocontrast", "equalize"}))
def test_each_image_draws_a_strength_of_its_own(name):
    x = pictures(1).repeat(12, 1, 1, 1)
    out = OPERATIONS[name](x, generator())
    assert len(out.flatten(1).unique(dim=0)) > 3


def drawn(low, high, b):
    return torch.empty(b).uniform_(low, high, generator=generator())


MAPS = {
    "rotate": (radians(30), lambda v, w, h: (cos(v), sin(v), 0, -sin(v), cos(v), 0)),
    "shear_x": (0.1, lambda v, w, h: (1, v, 0, 0, 1, 0)),
    "shear_y": (0.1, lambda v, w, h: (1, 0, 0, v, 1, 0)),
    "translate_x": (0.1, lambda v, w, h: (1, 0, v * w, 0, 1, 0)),
    "translate_y": (0.1, lambda v, w, h: (1, 0, 0, 0, 1, v * h)),
}


@pytest.mark.parametrize("name", MAPS)
def test_a_shape_operation_is_pillows_affine_about_the_center(name):
    x, (most, entries) = smooth(6), MAPS[name]
    height, width = x.shape[2:]
    out = OPERATIONS[name](x, generator())[:, 0]
    for image, got, strength in zip(x[:, 0], out, drawn(-most, most, len(x)).tolist(), strict=True):
        a, b, c, d, e, f = entries(strength, width, height)
        middle = np.array([width / 2, height / 2])
        c, f = np.array([c, f]) + middle - np.array([[a, b], [d, e]]) @ middle
        pil = Image.fromarray(image.numpy()).transform(
            (width, height), Image.Transform.AFFINE, (a, b, c, d, e, f), Image.Resampling.BILINEAR
        )
        inner = np.s_[6:-6, 9:-9]
        np.testing.assert_allclose(got.numpy()[inner], np.asarray(pil)[inner], atol=2e-3)


def test_solarize_inverts_above_a_threshold_anywhere_in_the_range():
    x = pictures(20)
    out = OPERATIONS["solarize"](x, generator())
    for image, got, threshold in zip(x, out, drawn(0, 1, 20), strict=True):
        inverted = image >= threshold
        torch.testing.assert_close(got[inverted], 1 - image[inverted])
        assert torch.equal(got[~inverted], image[~inverted])


def test_a_fading_operation_keeps_between_5_and_95_percent():
    x = torch.full((4000, 1, 1, 1), 1.0)
    kept = OPERATIONS["brightness"](x, generator()).flatten()
    assert 0.05 <= kept.min() < 0.06 and 0.94 < kept.max() <= 0.95


def test_posterize_keeps_four_to_eight_bits():
    ramp = torch.linspace(0, 1, 256).view(1, 1, 16, 16).repeat(200, 1, 1, 1)
    out = OPERATIONS["posterize"](ramp, generator())
    assert {len(image.unique()) for image in out} == {16, 32, 64, 128, 256}


def test_with_nothing_asked_for_the_images_come_back():
    x = pictures()
    assert torch.equal(augmenter(STILL)(x, generator()), x)


def recording(monkeypatch):
    """Replaces each operation by one that notes how many images it was given and marks them."""
    met = dict.fromkeys(OPERATIONS, 0)

    def noting(name, mark):
        def note(x, _):
            met[name] += len(x)
            return x + mark

        return note

    marked = {name: noting(name, place) for place, name in enumerate(OPERATIONS)}
    monkeypatch.setattr("clustering.augment.strong.OPERATIONS", marked)
    return met


@pytest.mark.parametrize("channels", [1, 2, 3])
def test_every_image_meets_so_many_operations_and_one_channel_never_meets_color(monkeypatch, channels):
    met = recording(monkeypatch)
    b = 1500
    augmenter(STILL.model_copy(update={"operations": 4}))(torch.zeros(b, channels, 2, 2), generator())
    assert sum(met.values()) == 4 * b
    usual = 4 * b / (14 if channels == 3 else 13)
    for name, count in met.items():
        allowed = name != "color" or channels == 3
        assert count == pytest.approx(usual if allowed else 0, rel=0.2)


def test_images_keep_their_places(monkeypatch):
    recording(monkeypatch)
    x = torch.arange(50.0, dtype=torch.float64).view(50, 1, 1, 1) / 100
    out = augmenter(STILL.model_copy(update={"operations": 1}))(x, generator())
    torch.testing.assert_close(out % 1, x)


def test_views_drawn_together_lie_behind_one_another():
    x = pictures(6)
    clean, moved = together(None, augmenter(CropAugment(padding=2)))(x, generator()).chunk(2)
    assert torch.equal(clean, x)
    assert torch.equal(moved, augmenter(CropAugment(padding=2))(x, generator()))
