import pytest
import torch
from torch.nn.functional import interpolate

from clustering.augment.window import middle_window, random_window
from clustering.params.augment import WindowAugment


def generator():
    return torch.Generator().manual_seed(0)


def ramps(n=1, side=16):
    """Images whose channels tell the column, the row, and where the image is."""
    ramp = torch.arange(float(side)) / side
    rows = [ramp.expand(side, side), ramp[:, None].expand(side, side), torch.ones(side, side)]
    return torch.stack(rows).repeat(n, 1, 1, 1)


def shown(image, side=16):
    """Columns and rows of the image between the middles of the outermost pixels shown."""
    return [((part.max() - part.min()) * side).item() for part in (image[0, 0], image[1, :, 0])]


@pytest.mark.parametrize("side", [4, 8, 16])
def test_the_middle_window_is_the_middle_enlarged(side):
    x, edge = ramps(), (16 - side) // 2
    inner = x[..., edge : 16 - edge, edge : 16 - edge]
    expected = interpolate(inner, size=(16, 16), mode="bilinear", align_corners=False)
    kept = slice(2, -2) if side < 16 else slice(None)
    torch.testing.assert_close(middle_window(x, side)[..., kept, kept], expected[..., kept, kept])


def test_a_random_window_lies_anywhere_within_the_image():
    out = random_window(ramps(400), WindowAugment(sides=(8,)), generator())
    left, top = out[:, 0, 0, 0], out[:, 1, 0, 0]
    torch.testing.assert_close(out[:, 2], torch.ones(400, 16, 16))
    assert all(part.min() < 0.05 and 0.4 < part.max() < 0.5 for part in (left, top))
    for columns, rows in map(shown, out[:20]):
        assert columns == pytest.approx(8 * 15 / 16, abs=0.6)
        assert rows == pytest.approx(8 * 15 / 16, abs=0.6)


def test_the_middle_can_be_asked_for():
    x, params = ramps(5), WindowAugment(sides=(8,), place="middle")
    torch.testing.assert_close(random_window(x, params, generator()), middle_window(x, 8))


def test_each_image_draws_one_of_the_sides():
    out = random_window(ramps(300), WindowAugment(sides=(4, 12), place="middle"), generator())
    columns = torch.tensor([shown(image)[0] for image in out]).round()
    assert sorted(columns.unique().tolist()) == pytest.approx([4, 11], abs=1)
    assert 100 < (columns < 8).sum() < 200


@pytest.mark.parametrize(("flip", "share"), [(0.0, 0.0), (1.0, 1.0), (0.5, 0.5)])
def test_the_share_of_flips_is_the_probability(flip, share):
    out = random_window(ramps(400), WindowAugment(sides=(8,), flip=flip), generator())
    assert (out[:, 0, 0, 0] > out[:, 0, 0, -1]).float().mean() == pytest.approx(share, abs=0.1)


def test_a_turned_window_is_turned_about_its_center():
    ball = (torch.stack(torch.meshgrid([torch.arange(-8.0, 9)] * 2, indexing="ij")).norm(dim=0) < 5).float()
    still = WindowAugment(sides=(15,), place="middle")
    turned = random_window(ball.repeat(9, 1, 1, 1), still.model_copy(update={"rotation": 90.0}), generator())
    plain = random_window(ball.repeat(9, 1, 1, 1), still, generator())
    assert (turned - plain).abs().mean() < 0.05
    assert not torch.equal(turned, plain)


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_colors_change_within_the_range(channels):
    x = torch.rand(50, channels, 8, 8)
    still = WindowAugment(sides=(8,))
    other = WindowAugment(sides=(8,), brightness=0.4, contrast=0.4, saturation=0.4, hue=0.125)
    plain, changed = (random_window(x, params, generator()) for params in (still, other))
    assert changed.min() >= 0
    assert changed.max() <= 1
    assert ((changed - plain).abs().amax(dim=(1, 2, 3)) > 1e-3).all()


def test_gray_images_become_brighter_by_one_factor_each():
    x = torch.rand(20, 1, 8, 8) * 0.5
    out = random_window(x, WindowAugment(sides=(8,), brightness=0.4), generator())
    factor = out[:, 0] / random_window(x, WindowAugment(sides=(8,)), generator())[:, 0]
    assert factor.flatten(1).std(dim=1).max() < 1e-4
    assert factor.min() >= 0.6
    assert factor.max() <= 1.4
