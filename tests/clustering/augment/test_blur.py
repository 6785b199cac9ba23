import pytest
import torch
from scipy.ndimage import gaussian_filter

from clustering.augment import augmenter
from clustering.augment.blur import kernels, random_blur
from clustering.params.augment import SimclrAugment


def generator():
    return torch.Generator().manual_seed(0)


def test_far_from_the_border_it_is_a_gaussian_filter():
    spot = torch.zeros(41, 41)
    spot[20, 20] = 1
    weight = kernels(torch.tensor([0.7]), 41)[0]
    expected = gaussian_filter(spot.double().numpy(), 0.7, radius=2)
    torch.testing.assert_close((weight @ spot @ weight.T).double(), torch.from_numpy(expected))


def test_an_even_image_stays_even():
    x = torch.full((6, 3, 20, 30), 0.3)
    torch.testing.assert_close(random_blur(x, 1.0, generator()), x)


@pytest.mark.parametrize(("probability", "least", "most"), [(0.0, 0, 0), (0.5, 70, 130), (1.0, 180, 200)])
def test_the_share_of_blurred_images_is_the_probability(probability, least, most):
    x = torch.rand(200, 1, 20, 20)
    changed = (random_blur(x, probability, generator()) != x).flatten(1).any(dim=1).sum()
    assert least <= changed <= most


def test_a_simclr_view_can_be_blurred():
    x = torch.rand(20, 3, 20, 20)
    sharp, soft = (augmenter(SimclrAugment(blur=each))(x, generator()) for each in (0.0, 1.0))
    roughness = [(each[..., 1:] - each[..., :-1]).square().mean() for each in (sharp, soft)]
    assert roughness[1] < roughness[0]
