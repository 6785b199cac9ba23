import pytest
import torch

from clustering.errors import Collapsed, InvalidData
from clustering.partition.em import mixture_means
from clustering.partition.kmeans import kmeans


def test_the_mean_of_a_wide_group_keeps_the_samples_that_lie_near_a_narrow_one():
    random = torch.Generator().manual_seed(0)
    wide = 3 * torch.randn(2000, 2, generator=random)
    narrow = torch.tensor([6.0, 0.0]) + 0.1 * torch.randn(2000, 2, generator=random)
    z, truth = torch.cat([wide, narrow]), torch.stack([wide.mean(dim=0), narrow.mean(dim=0)])
    means = mixture_means(z, 2, seed=0, n_init=2)
    assert means.dtype == torch.float32
    torch.testing.assert_close(means[means[:, 0].argsort()], truth, atol=0.1, rtol=0)
    apart = kmeans(z, 2, generator=random).centers
    assert apart[:, 0].min() < truth[0, 0] - 0.5


def test_a_lone_component_has_the_mean_of_all():
    z = torch.randn(50, 3, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(mixture_means(z, 1, seed=0), z.mean(dim=0, keepdim=True))


def test_the_same_seed_gives_the_same_means():
    z = torch.randn(100, 2, generator=torch.Generator().manual_seed(0))
    assert torch.equal(mixture_means(z, 4, seed=3, n_init=2), mixture_means(z, 4, seed=3, n_init=2))


@pytest.mark.parametrize("z", [torch.ones(2, 2), torch.full((9, 2), torch.nan)])
def test_too_few_samples_and_values_that_are_not_finite_are_refused(z):
    with pytest.raises(InvalidData):
        mixture_means(z, 3, seed=0)


def test_a_component_without_width_is_a_collapse_of_the_embedding_and_no_fault_of_the_data():
    line = 1e7 * torch.arange(60.0)[:, None].repeat(1, 3)
    with pytest.raises(Collapsed, match=r"mixture of 3 Gaussians .* 60 samples") as caught:
        mixture_means(line, 3, seed=0, n_init=1)
    assert caught.value.code == "collapsed_embedding"
