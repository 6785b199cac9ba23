import numpy as np
import torch
from sklearn.cluster import KMeans

from clustering.data import drawn
from clustering.partition.evening import evened, main_colors


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def test_main_colors_are_those_of_k_means_over_the_pixels():
    rng = np.random.default_rng(0)
    shares = rng.uniform(0.1, 0.9, 6)
    tones = rng.random((6, 2, 3))
    first = rng.random((6, 9, 14)) < shares[:, None, None]
    images = np.where(first[..., None], tones[:, :1, None], tones[:, 1:, None])
    images = (images + rng.normal(0, 0.02, images.shape)).astype(np.float32)
    found = main_colors(torch.from_numpy(images).permute(0, 3, 1, 2)).view(6, 2, 3)
    for image, colors in zip(images, found, strict=True):
        fitted = KMeans(2, n_init=10, random_state=0).fit(image.reshape(-1, 3))
        order = np.bincount(fitted.labels_).argsort()[::-1]
        np.testing.assert_allclose(colors, fitted.cluster_centers_[order], atol=1e-4)


def test_an_image_of_one_color_has_it_twice():
    image = torch.tensor([0.2, 0.5, 0.9]).view(1, 3, 1, 1).expand(2, 3, 4, 4)
    torch.testing.assert_close(main_colors(image), torch.tensor([[0.2, 0.5, 0.9] * 2] * 2))


def test_gray_images_have_two_grays():
    image = torch.zeros(1, 1, 4, 4)
    image[..., 0] = 1
    torch.testing.assert_close(main_colors(image), torch.tensor([[0.0, 1.0]]))


def test_every_group_weighs_the_same_and_is_drawn_as_often():
    sizes = [400, 60, 40]
    groups = torch.arange(3).repeat_interleave(torch.tensor(sizes))
    features = 10.0 * torch.nn.functional.one_hot(groups).float()
    weights = evened(features + 0.1 * torch.rand(500, 3, generator=generator()), 3, generator())
    torch.testing.assert_close(weights, 1 / (3 * torch.tensor(sizes)[groups]))
    met = groups[drawn(weights, 6000, generator())].bincount()
    np.testing.assert_allclose(met, 2000, rtol=0.1)


def test_fewer_kinds_of_samples_than_groups_share_what_there_is():
    features = torch.tensor([[0.0], [0.0], [0.0], [1.0]])
    torch.testing.assert_close(evened(features, 20, generator()), torch.tensor([1, 1, 1, 3]) / 6)
