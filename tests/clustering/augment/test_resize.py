import torch

from clustering.augment.resize import resized


def test_images_keep_their_brightness_in_any_size():
    x = torch.rand(3, 2, 9, 12)
    for side in (4, 12, 30):
        out = resized(x, side)
        assert out.shape == (3, 2, side, side)
        torch.testing.assert_close(out.mean((2, 3)), x.mean((2, 3)), atol=0.05, rtol=0)


def test_images_of_the_size_stay_as_they_are():
    x = torch.rand(3, 2, 9, 9)
    assert resized(x, 9) is x
    assert resized(x, None) is x
