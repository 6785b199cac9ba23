import pytest
import torch

from clustering.partition.distances import nearest_center


@pytest.mark.parametrize("offset", [0, 100, 1000])
def test_the_nearest_center_is_found_far_from_the_origin(offset):
    random = torch.Generator().manual_seed(0)
    z = torch.randn(500, 6, generator=random) + offset
    centers = torch.randn(10, 6, generator=random) + offset
    exact = (z.double()[:, None] - centers.double()).square().sum(dim=2).argmin(dim=1)
    assert torch.equal(nearest_center(z, centers), exact)
