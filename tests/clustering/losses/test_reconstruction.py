import numpy as np
import pytest
import torch

from clustering.losses.reconstruction import reconstruction


@pytest.fixture
def images():
    generator = torch.Generator().manual_seed(0)
    return torch.rand(2, 5, 1, 4, 4, generator=generator, dtype=torch.float64)


def test_the_mean_is_over_elements_or_over_samples(images):
    decoded, x = images.numpy()
    squares = [np.sum((x[i] - decoded[i]) ** 2) for i in range(5)]
    assert reconstruction(*images, mean="element").item() == pytest.approx(np.sum(squares) / 80, rel=1e-12)
    assert reconstruction(*images, mean="sample").item() == pytest.approx(np.mean(squares), rel=1e-12)


def test_a_mean_over_samples_is_the_sample_size_times_a_mean_over_elements(images):
    torch.testing.assert_close(
        reconstruction(*images, mean="sample"), 16 * reconstruction(*images, mean="element")
    )


def test_a_perfect_copy_costs_nothing(images):
    assert reconstruction(images[0], images[0], mean="element").item() == 0


def test_two_stacked_views_cost_the_average_of_both(images):
    decoded, x = images
    both = reconstruction(torch.cat([decoded, x + 1]), torch.cat([x, x]), mean="element")
    torch.testing.assert_close(both, (reconstruction(decoded, x, mean="element") + 1) / 2)
