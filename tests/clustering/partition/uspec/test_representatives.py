import torch

from clustering.partition.distances import nearest
from clustering.partition.uspec.representatives import choose


def test_representatives_are_means_of_near_samples_and_all_different():
    z = torch.randn(500, 3, generator=torch.Generator().manual_seed(0))
    found = choose(z, 40, candidates=20, generator=torch.Generator().manual_seed(1), reach=lambda _: None)
    assert found.shape == (40, 3)
    assert len(found.unique(dim=0)) == 40
    spread = nearest(z, found)[1].mean()
    at_random = nearest(z, z[torch.randperm(500, generator=torch.Generator().manual_seed(2))[:40]])[1].mean()
    assert spread < at_random


def test_only_the_candidates_are_looked_at():
    z = torch.arange(1000.0)[:, None]
    found = choose(z, 10, candidates=1, generator=torch.Generator().manual_seed(0), reach=lambda _: None)
    drawn = torch.randperm(1000, generator=torch.Generator().manual_seed(0))[:10].sort().values
    torch.testing.assert_close(found.squeeze(1).sort().values, drawn.float())


def test_of_fewer_distinct_samples_there_are_fewer_representatives():
    z = torch.eye(3).repeat(20, 1)
    found = choose(z, 10, candidates=10, generator=torch.Generator().manual_seed(0), reach=lambda _: None)
    torch.testing.assert_close(found.sort(dim=0).values, torch.eye(3).sort(dim=0).values)
    assert len(found) == 3


def test_it_tells_how_far_it_is():
    parts = []
    z = torch.rand(30, 2, generator=torch.Generator().manual_seed(0))
    choose(z, 5, candidates=2, generator=torch.Generator().manual_seed(0), reach=parts.append)
    assert parts == [0, 1]
