import pytest
import torch
from torch import nn

from clustering.stages.first_head import start_at_centers


@pytest.fixture(params=[0.0, 100.0])
def parts(request):
    """Embeddings around four centers, far from zero or not, and a head."""
    generator = torch.Generator().manual_seed(0)
    centers = 3 * torch.randn(4, 5, generator=generator) + request.param
    z = centers[torch.arange(200) % 4] + torch.randn(200, 5, generator=generator)
    return nn.Linear(5, 4), z, centers


def test_the_head_gives_the_posterior_of_gaussians_as_wide_as_all_embeddings(parts):
    head, z, centers = parts
    start_at_centers(head, z, centers)
    squared = torch.cdist(z.double(), centers.double()) ** 2
    variance = z.double().var(dim=0, correction=0).sum()
    density = torch.exp(-squared / (2 * variance))
    expected = density / density.sum(dim=1, keepdim=True)
    torch.testing.assert_close(head(z).softmax(dim=1).double(), expected, atol=1e-3, rtol=0)


def test_the_head_tells_the_nearest_center(parts):
    head, z, centers = parts
    start_at_centers(head, z, centers)
    assert torch.equal(head(z).argmax(dim=1), torch.cdist(z, centers).argmin(dim=1))


@pytest.mark.parametrize("value", [0.0, 7.0])
def test_embeddings_on_their_centers_are_told_without_confidence(value):
    head, centers = nn.Linear(2, 3), value + torch.tensor([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    start_at_centers(head, centers.repeat(5, 1), centers)
    assert head(centers).argmax(dim=1).tolist() == [0, 1, 2]
    assert head(centers).softmax(dim=1).max() < 0.7


def test_one_spot_leaves_a_finite_head():
    head = nn.Linear(2, 3)
    start_at_centers(head, torch.ones(9, 2), torch.ones(3, 2))
    assert head(torch.ones(1, 2)).isfinite().all()
