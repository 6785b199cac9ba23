import numpy as np
import pytest
import torch
from PIL import Image, ImageEnhance, ImageOps

from clustering.augment.color import gray, solarize
from clustering.augment.tones import autocontrast, blurred, equalize, fade, luma, mean_luma, posterize

LEVEL = 1 / 255
KEPT = torch.tensor([0.05, 0.3, 0.7, 0.95])


def generator():
    return torch.Generator().manual_seed(0)


@pytest.fixture(params=[1, 3])
def x(request):
    """Bytes of four images, of different ranges."""
    levels = torch.randint(0, 256, (4, request.param, 16, 24), generator=generator())
    return (levels * torch.tensor([1.0, 0.5, 0.2, 0.9])[:, None, None, None]).floor() / 255


def by_pillow(x, function):
    """Each image through PIL, the function also given its number."""
    bytes_ = (x * 255).round().to(torch.uint8).permute(0, 2, 3, 1).numpy()
    done = [
        np.asarray(function(Image.fromarray(image.squeeze(2) if image.shape[2] == 1 else image), i))
        for i, image in enumerate(bytes_)
    ]
    return torch.from_numpy(np.stack(done)).view(len(x), *x.shape[2:], -1).permute(0, 3, 1, 2) / 255


def test_autocontrast_equals_pillow_up_to_its_rounding(x):
    expected = by_pillow(x, lambda image, _: ImageOps.autocontrast(image))
    torch.testing.assert_close(autocontrast(x), expected, atol=1.01 * LEVEL, rtol=0)


@pytest.mark.parametrize("bits", [[4, 5, 6, 7], [8, 4, 8, 4]])
def test_posterize_equals_pillow(x, bits):
    expected = by_pillow(x, lambda image, i: ImageOps.posterize(image, bits[i]))
    torch.testing.assert_close(posterize(x, torch.tensor(bits)), expected)


def test_solarize_equals_pillow_with_a_threshold_for_each_image(x):
    thresholds = [0, 100, 200, 256]
    expected = by_pillow(x, lambda image, i: ImageOps.solarize(image, thresholds[i]))
    torch.testing.assert_close(solarize(x, torch.tensor(thresholds) / 255), expected)


def test_sharpness_equals_pillow(x):
    expected = by_pillow(x, lambda image, i: ImageEnhance.Sharpness(image).enhance(KEPT[i].item()))
    torch.testing.assert_close(fade(x, blurred(x), KEPT), expected, atol=1.51 * LEVEL, rtol=0)


def test_brightness_equals_pillow(x):
    expected = by_pillow(x, lambda image, i: ImageEnhance.Brightness(image).enhance(KEPT[i].item()))
    torch.testing.assert_close(fade(x, torch.zeros_like(x), KEPT), expected, atol=1.01 * LEVEL, rtol=0)


def test_contrast_equals_pillow(x):
    expected = by_pillow(x, lambda image, i: ImageEnhance.Contrast(image).enhance(KEPT[i].item()))
    torch.testing.assert_close(fade(x, mean_luma(x), KEPT), expected, atol=2.01 * LEVEL, rtol=0)


def test_color_equals_pillow():
    x = torch.randint(0, 256, (4, 3, 8, 8), generator=generator()) / 255
    expected = by_pillow(x, lambda image, i: ImageEnhance.Color(image).enhance(KEPT[i].item()))
    torch.testing.assert_close(fade(x, gray(x), KEPT), expected, atol=1.51 * LEVEL, rtol=0)


@pytest.mark.parametrize("channels", [1, 3])
def test_equalize_equals_pillow_where_that_divides_evenly(channels):
    """16 × 32 pixels, two of them the brightest: two pixels a level."""
    low = torch.randint(0, 200, (3, channels, 510), generator=generator())
    x = torch.cat([low, torch.full((3, channels, 2), 200)], dim=2).view(3, channels, 16, 32) / 255
    torch.testing.assert_close(equalize(x), by_pillow(x, lambda image, _: ImageOps.equalize(image)))


def test_equalize_spreads_the_ranks_of_small_images_over_the_whole_range():
    x = torch.rand(2, 1, 5, 5, generator=generator()) * 0.1
    x = (x * 255).round() / 255
    for image, out in zip(x.flatten(1).numpy(), equalize(x).flatten(1).numpy(), strict=True):
        darker = np.array([(image < value).sum() for value in image])
        np.testing.assert_allclose(out, np.floor(255 * darker / darker.max() + 0.5) / 255, atol=1e-6)


@pytest.mark.parametrize("operation", [autocontrast, equalize])
def test_a_channel_of_one_value_stays(operation):
    flat = torch.tensor([0.0, 0.4, 1.0]).view(1, 3, 1, 1).expand(2, 3, 6, 6)
    torch.testing.assert_close(operation(flat), flat)


def test_luma_of_other_than_three_channels_is_their_mean():
    x = torch.rand(2, 4, 3, 3)
    torch.testing.assert_close(luma(x)[:, 0], sum(x[:, i] for i in range(4)) / 4)


def test_images_without_an_inside_have_nothing_to_blur():
    x = torch.rand(2, 1, 2, 9)
    assert torch.equal(blurred(x), x)
