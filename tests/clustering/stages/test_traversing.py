import torch

from clustering.stages.traversing import cluster_part, shared_part, traversals


def test_a_space_that_holds_all_shows_the_sample_and_the_other_its_center():
    v, centers = torch.randn(4, 3), torch.randn(4, 3)
    ones = torch.ones(3)
    torch.testing.assert_close(cluster_part(v, centers, ones), v)
    torch.testing.assert_close(shared_part(v, centers, ones), centers)


def test_both_parts_make_up_sample_and_center():
    v, centers, weights = torch.randn(4, 3), torch.randn(4, 3), torch.rand(3)
    both = cluster_part(v, centers, weights) + shared_part(v, centers, weights)
    torch.testing.assert_close(both, v + centers)


def test_a_walk_leaves_cluster_coordinates_and_follows_the_largest_spread():
    torch.manual_seed(0)
    v = torch.randn(500, 4) * torch.tensor([1.0, 5.0, 1.0, 2.0])
    walk = traversals(v, v[7], torch.tensor([True, False, True, False]))
    assert walk.shape == (2, 7, 4)
    assert (walk[..., [0, 2]] == v[7, [0, 2]]).all()
    spread = walk.std(dim=1)
    assert spread[0, 1] > 5 * spread[0, 3]
    torch.testing.assert_close(walk[0, 3, [1, 3]], v[:, [1, 3]].mean(dim=0))
    reach = (walk[0, -1] - walk[0, 0]).norm() / 4
    assert abs(reach - v[:, 1].std()) < 0.1


def test_without_shared_dimensions_a_walk_stays():
    v = torch.randn(5, 2)
    assert (traversals(v, v[0], torch.tensor([True, True])) == v[0]).all()
