import pytest
import torch

from clustering.augment.cutout import cutout


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def test_a_hole_is_a_square_cut_at_the_border_and_shows_the_mean():
    x = torch.rand(300, 2, 9, 12, generator=generator())
    out = cutout(x, 5, generator())
    for image, cut in zip(x, out, strict=True):
        changed = (image != cut).any(0)
        rows, columns = changed.any(1).nonzero().flatten(), changed.any(0).nonzero().flatten()
        box = changed[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        assert box.all()
        inside = rows[0] > 0 and columns[0] > 0 and rows[-1] < 8 and columns[-1] < 11
        assert box.shape[0] == box.shape[1] or not inside
        assert max(box.shape) <= 5
        torch.testing.assert_close(cut[:, changed], image.mean((1, 2))[:, None].expand(2, int(changed.sum())))


def test_every_side_and_every_pixel_occurs():
    x = torch.rand(3000, 1, 8, 8, generator=generator())
    hole = (cutout(x, 4, generator()) != x)[:, 0]
    assert hole.any(0).all()
    assert {int(each) for each in hole.any(1).sum(1)} == {1, 2, 3, 4}


@pytest.mark.parametrize("shape", [(50, 1, 4, 30), (50, 3, 2, 2)])
def test_a_hole_is_at_most_as_large_as_the_image(shape):
    x = torch.rand(shape, generator=generator())
    hole = (cutout(x, 16, generator()) != x).any(1)
    assert hole.any(2).sum(1).max() <= min(shape[2:])
    assert hole.any(1).sum(1).max() <= min(shape[2:])


def test_no_hole_is_cut_where_none_is_asked_for():
    x = torch.rand(4, 1, 8, 8)
    assert cutout(x, 0, generator()) is x
