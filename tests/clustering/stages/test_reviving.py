import torch

from clustering.stages import reviving
from clustering.stages.reviving import take_any, take_farthest


def blobs():
    rng = torch.Generator().manual_seed(0)
    places = torch.tensor([[0.0, 0, 0], [10, 0, 0], [10, 9, 0]])
    noise = torch.randn(90, 3, generator=rng)
    return places[torch.arange(90) % 3] + noise * torch.tensor([1.0, 1.0, 30.0])


def test_a_lost_center_finds_the_cluster_that_two_others_share():
    weights = torch.tensor([1.0, 1.0, 0.0])
    centers = torch.tensor([[0.0, 0, 0], [10, 4.5, 0], [500, 500, 0]])
    found, sizes = take_farthest(blobs(), centers, weights, 2)
    assert sizes.tolist() == [30, 30, 30]
    assert torch.cdist(found[:, :2], torch.tensor([[0.0, 0], [10, 0], [10, 9]])).min(dim=1).values.max() < 1


def test_centers_keep_all_dimensions_of_their_samples():
    v = blobs()
    found, _ = take_farthest(v, v[:3].clone(), torch.tensor([1.0, 1.0, 0.0]), 0)
    labels = torch.cdist(v[:, :2], found[:, :2]).argmin(dim=1)
    for cluster in range(3):
        torch.testing.assert_close(found[cluster], v[labels == cluster].mean(dim=0))


def test_any_sample_is_a_sample_but_for_a_little():
    v = blobs()
    place = take_any(v, torch.Generator().manual_seed(1))
    nearest = (v - place).norm(dim=1).min()
    assert 0 < nearest < 0.1


def test_a_lost_center_starts_on_the_farthest_sample_of_the_dearest_cluster(monkeypatch):
    monkeypatch.setattr(reviving, "STEPS", 0)
    v, weights = blobs(), torch.tensor([1.0, 0.5, 0.0])
    centers = torch.tensor([[0.0, 0, 0], [10, 4.5, 0], [500, 500, 0]])
    found, _ = take_farthest(v, centers, weights, 2)
    squared = ((v[:, None] - centers).square() * weights).sum(dim=2)
    inside = squared.argmin(dim=1) == 1
    far = v[inside][squared[inside, 1].argmax()]
    torch.testing.assert_close(found[2, :2], far[:2])
    torch.testing.assert_close(found[:2, :2], centers[:2, :2])
