import numpy as np
import pytest
import torch

from clustering.losses.compression import compression


@pytest.fixture
def parts():
    generator = torch.Generator().manual_seed(0)
    z = torch.randn(6, 3, generator=generator, dtype=torch.float64)
    centers = torch.randn(4, 3, generator=generator, dtype=torch.float64)
    return z, centers, torch.tensor([0, 3, 1, 1, 0, 3])


def typed_sum(z, centers, assigned):
    return sum(np.sum((z[i] - centers[assigned[i]]) ** 2) for i in range(len(z)))


def test_the_mean_is_over_samples_or_over_samples_and_clusters(parts):
    total = typed_sum(*(part.numpy() for part in parts))
    assert compression(*parts, mean="sample").item() == pytest.approx(total / 6, rel=1e-12)
    assert compression(*parts, mean="sample_and_cluster").item() == pytest.approx(total / 24, rel=1e-12)


def test_the_matrix_form_of_the_published_code_is_the_mean_over_samples_and_clusters(parts):
    z, centers, assigned = parts
    squared = torch.cdist(z, centers) ** 2
    one_hot = torch.nn.functional.one_hot(assigned, 4)
    torch.testing.assert_close(compression(*parts, mean="sample_and_cluster"), (squared * one_hot).mean())


def test_centers_are_constants(parts):
    z, centers, assigned = parts
    z.requires_grad_(), centers.requires_grad_()
    compression(z, centers, assigned, mean="sample").backward()
    assert centers.grad is None
    torch.testing.assert_close(z.grad, 2 / 6 * (z - centers[assigned]).detach())


def test_the_clean_assignment_serves_the_augmented_view_and_both_terms_are_averaged(parts):
    z, centers, assigned = parts
    moved = z.flip(0) + 1
    both = compression(torch.cat([z, moved]), centers, assigned, mean="sample")
    apart = [compression(view, centers, assigned, mean="sample") for view in (z, moved)]
    torch.testing.assert_close(both, (apart[0] + apart[1]) / 2)


def test_an_identity_augmentation_leaves_the_loss_as_it_is(parts):
    z, centers, assigned = parts
    twice = compression(torch.cat([z, z]), centers, assigned, mean="sample")
    torch.testing.assert_close(twice, compression(*parts, mean="sample"))
