from types import SimpleNamespace

import numpy as np
import pytest
import torch
from sklearn.cluster import KMeans

from clustering.data import Data
from clustering.losses.spaces import space_weights
from clustering.metrics.views import view_cosine
from clustering.modalities import MixedShape, Modalities
from clustering.nets import network
from clustering.params import parse
from clustering.partition.rotation import random_rotation
from clustering.partition.spaces import Spaces, logits_of
from clustering.run import Run
from clustering.stages.agreeing import Agreement, Placed
from clustering.stages.searching import Split, mean_vi
from clustering.stages.viewing import all_codes, codes_of, error_of

SHAPE = MixedShape(2, (3, 8, 8), 2)
SIZES = (3, 2)
OWNER = torch.tensor([0, 0, 1, 1])
NONE = torch.zeros(2, 30, dtype=torch.bool)
INDEX = torch.arange(30)


def agreement(outside=NONE, *, sizes=SIZES, labels=0, tell_view=False, **fields):
    net = {"type": "mixed", "channels": [4, 6], "hidden": [8], "tell_view": tell_view}
    params = parse({"method": "beads", "net": net, "embedding_dim": 4, "batch_size": 30} | fields)
    torch.manual_seed(0)
    made = network(SHAPE, params).eval()
    generator = torch.Generator().manual_seed(1)
    rotation = random_rotation(4, generator).float()
    centers = 0.2 * torch.randn(sum(sizes), 4, generator=generator)
    spaces = Spaces(rotation, logits_of(OWNER, 2), centers)
    codes = codes_of(made, rows()).detach()
    return Agreement(made, Placed(spaces, sizes, torch.where(outside, -1, labels)), codes, params)


def rows():
    return torch.rand(30, *SHAPE, generator=torch.Generator().manual_seed(2))


def compression_of(one, v, s, assigned):
    """Of one view's rotated codes in one space, sample by sample, re-typed."""
    beta = space_weights(one.logits)[s].detach()
    return sum(float((beta * (v[i] - one.centers[assigned[s, i]]) ** 2).sum()) for i in range(30)) / 30


def test_every_view_is_drawn_to_the_center_of_the_mean_of_all():
    one, x = agreement(), rows()
    parts, _, mean, assigned = one.losses(x, INDEX)
    v = (codes_of(one.net, x) @ one.rotation).detach()
    torch.testing.assert_close(mean, v.mean(dim=1))
    beta, split = space_weights(one.logits).detach(), [range(3), range(3, 5)]
    for s in range(2):
        distances = [[(beta[s] * (z - one.centers[k]) ** 2).sum() for k in split[s]] for z in mean]
        assert assigned[s].tolist() == [int(np.argmin(row)) + split[s][0] for row in distances]
        expected = sum(compression_of(one, v[:, t], s, assigned) for t in range(2))
        assert parts[s].item() == pytest.approx(expected, rel=1e-4)


def test_clusters_of_the_search_hold_whatever_becomes_of_the_codes():
    labels, outside, x = torch.stack([INDEX % 2, INDEX % 2]), NONE.clone(), rows()
    outside[1, 4] = True
    one = agreement(outside, labels=labels, assign_by="search")
    held = torch.where(outside, -1, labels + torch.tensor([[0], [3]]))
    for seen in (x, x.flip(0)):
        parts, _, mean, assigned = one.losses(seen, INDEX)
        assert torch.equal(assigned, held)
        assert not torch.equal(assigned[0], one.assigned(mean)[0])
        v = (codes_of(one.net, seen) @ one.rotation).detach()
        expected = sum(compression_of(one, v[:, t], 0, held) for t in range(2))
        assert parts[0].item() == pytest.approx(expected, rel=1e-4)
    before, epoch = one.centers[2].clone(), SimpleNamespace(generator=torch.Generator(), run=Run())
    for _ in range(20):
        one._follow(epoch, None, mean, held)
    assert torch.equal(one.centers[2], before), "a cluster without samples is not moved to others"


def test_views_can_change_places():
    one, x = agreement(), rows()
    here, there = one.losses(x, INDEX), one.losses(x.flip(1), INDEX)
    for first, second in zip(here, there, strict=True):
        torch.testing.assert_close(first, second)


def test_equal_views_agree_and_cost_twice_what_one_does():
    one, x = agreement(), rows()
    x[:, 1] = x[:, 0]
    codes = codes_of(one.net, x).detach()
    assert view_cosine(codes) == pytest.approx(1)
    parts, _, _, assigned = one.losses(x, INDEX)
    single = [compression_of(one, (codes[:, 0] @ one.rotation).detach(), s, assigned) for s in range(2)]
    np.testing.assert_allclose(parts.detach(), 2 * np.array(single), rtol=1e-4)


def test_an_outlier_pulls_in_its_own_space_alone_and_moves_no_center():
    outside = NONE.clone()
    outside[0, 7] = True
    one, x = agreement(outside), rows().requires_grad_()
    parts, _, mean, _ = one.losses(x, INDEX)
    assigned = one.assigned(mean)
    for s, silent in ((0, True), (1, False)):
        (gradient,) = torch.autograd.grad(parts[s], x, retain_graph=True)
        assert (gradient[7] == 0).all() == silent
        assert (gradient[8] != 0).any()
    centers, plain = one.centers.clone(), agreement()
    moved = mean.clone()
    moved[7] += 1000
    for each in (one, plain):
        each.counts.fill_(1)
        epoch = SimpleNamespace(generator=torch.Generator(), run=Run())
        each._follow(epoch, None, moved, torch.where(each.outside, -1, assigned))
    assert (one.centers[:3] - centers[:3]).abs().max() < 1
    assert (one.centers[3:] - centers[3:]).abs().max() > 1
    assert (plain.centers[:3] - centers[:3]).abs().max() > 1


def scaled(one, factor):
    last = [layer for layer in one.net.encoder.modules() if isinstance(layer, torch.nn.Linear)][-1]
    with torch.no_grad():
        last.weight.mul_(factor), last.bias.mul_(factor), one.centers.mul_(factor)
    return one


def test_in_units_of_the_start_no_clustering_gains_by_shrinking():
    x, outside = rows(), NONE.clone()
    outside[1, 4:9] = True
    plain = agreement(outside)
    codes = (codes_of(plain.net, x) @ plain.rotation).detach().numpy()
    beta, distances = space_weights(plain.logits).detach().numpy(), plain.losses(x, INDEX)[0].detach().numpy()
    for sizes, kept in (((3, 2), (1, 1)), ((4, 1), (1, 0))):
        start = agreement(outside, sizes=sizes, compression_unit="start")
        if sizes == SIZES:
            variance = [
                (beta[s] * codes[~outside[s].numpy()].reshape(-1, 4).var(axis=0)).sum() for s in (0, 1)
            ]
            expected = distances / np.array(variance) / 2
            np.testing.assert_allclose(start.losses(x, INDEX)[0].detach(), expected, rtol=1e-3)
        whole = start.losses(x, INDEX)[0].detach()
        half, larger = (scaled(start, by).losses(x, INDEX)[0].detach() for by in (0.5, 4))
        torch.testing.assert_close(half, whole / 4 + torch.tensor(kept), rtol=1e-3, atol=0)
        torch.testing.assert_close(larger, 4 * whole, rtol=1e-3, atol=0)


def test_the_first_look_at_samples_says_where_all_belong():
    one, x = agreement(), rows()
    other = x.flip(0)
    parts, _, mean, assigned = one.losses(torch.cat([x, other]), INDEX)
    alone, _, first, same = one.losses(x, INDEX)
    torch.testing.assert_close(mean, first)
    assert torch.equal(assigned, same)
    v = (codes_of(one.net, other) @ one.rotation).detach()
    for s in range(2):
        second = sum(compression_of(one, v[:, t], s, assigned) for t in range(2))
        assert parts[s].item() == pytest.approx((alone[s].item() + second) / 2, rel=1e-4)


def test_centered_codes_cost_and_reconstruct_the_same():
    one, data = agreement(), bead_data()
    (x,) = data.blocks(23)
    index = torch.arange(23)
    before, drawn = one.losses(x, index), one.net(x)
    codes = one.centered(Run(), data)
    torch.testing.assert_close(codes.mean(dim=(0, 1)), torch.zeros(4), atol=1e-5, rtol=0)
    after = one.losses(x, index)
    for place in (0, 1, 3):
        torch.testing.assert_close(after[place], before[place])
    torch.testing.assert_close(one.net(x), drawn, atol=1e-5, rtol=1e-4)
    assert not torch.allclose(after[2], before[2], atol=1e-4)


def test_shares_sum_to_one_and_are_largest_where_they_belong():
    beta = space_weights(agreement().logits)
    torch.testing.assert_close(beta.sum(dim=0), torch.ones(4))
    assert torch.equal(beta.argmax(dim=0), OWNER)


def test_hard_subspaces_are_those_of_the_nearest_rotation_and_the_largest_shares():
    one = agreement()
    with torch.no_grad():
        exact = one.rotation.clone()
        one.rotation.copy_(exact @ torch.diag(torch.tensor([1.2, 0.9, 1.1, 0.7])))
    z = torch.randn(200, 4, generator=torch.Generator().manual_seed(0))
    found = one.hardened(z)
    torch.testing.assert_close(found.rotation, exact.double(), atol=1e-5, rtol=0)
    assert [each.tolist() for each in found.dimensions] == [[0, 1], [2, 3]]
    torch.testing.assert_close(found.rotation.T @ found.rotation, torch.eye(4, dtype=torch.float64))
    assert np.isfinite(found.mdl)


def test_a_space_without_dimensions_and_clusters_without_samples_go():
    one = agreement()
    with torch.no_grad():
        one.logits[0] = -9
        one.centers[3] = 1e3
    found = one.hardened(torch.randn(50, 4, generator=torch.Generator().manual_seed(0)))
    assert found.counts == [1]


def test_a_state_goes_on_where_it_was():
    one, other = agreement(), agreement()
    with torch.no_grad():
        one.rotation.add_(1)
    one.counts += 3
    one.steps += 2
    other.load_state_dict(one.state_dict())
    for name in ("rotation", "counts", "steps", "outside", "centers", "unit"):
        assert torch.equal(getattr(one, name), getattr(other, name))


def bead_data(n=23):
    rng = np.random.default_rng(0)
    x = rng.integers(0, 256, (n, 8, 16, 3), np.uint8)
    return Data.of(x, modalities=Modalities(2, rng.normal(5, 3, (n, 2))))


def test_whole_samples_are_held_out_and_attributes_lie_in_the_unit_range():
    data = bead_data()
    split = Split.of(Run(), data, 0.1)
    assert (split.trained.n, split.held_out.n) == (21, 2)
    rows = [torch.cat(list(part.blocks(30))) for part in (split.trained, split.held_out)]
    (whole,) = data.blocks(30)
    assert sorted(torch.cat(rows)[:, 0, 0].tolist()) == sorted(whole[:, 0, 0].tolist())
    unit = data.attributes / SHAPE.factor(1.0)
    assert (unit.amin(dim=0) == 0).all()
    torch.testing.assert_close(unit.amax(dim=0), torch.ones(2))


def test_where_too_few_samples_are_left_none_is_held_out():
    split = Split.of(Run(), bead_data(4), 0.1)
    assert split.trained is split.held_out is split.data


def test_the_error_of_samples_is_that_of_all_their_values():
    one, data = agreement(), bead_data()
    (x,) = data.blocks(23)
    with torch.no_grad():
        expected = (one.net(x) - x).square().mean()
    assert error_of(Run(), one.net, data, size=5) == pytest.approx(expected.item(), rel=1e-5)
    assert all_codes(Run(), one.net, data).shape == (23, 2, 4)


def test_the_mean_variation_of_information_is_over_pairs():
    a, b = np.arange(60) % 6, np.arange(60) % 5
    independent = np.log(6) + np.log(5)
    assert mean_vi([a, b]) == pytest.approx(independent)
    assert mean_vi([a, b, a]) == pytest.approx(2 / 3 * independent)
    assert mean_vi([a]) == mean_vi([]) == 0


def test_a_center_that_samples_have_left_shares_the_dearest_cluster():
    outside, data = NONE.clone(), bead_data(30)
    one = agreement(outside)
    v = (all_codes(Run(), one.net, data).mean(dim=1) @ one.rotation).detach()
    outside[0, v[:, OWNER == 0].norm(dim=1).argmax()] = True
    one = agreement(outside)
    kept = (~outside[0]).nonzero().flatten()[:2]
    one.centers[:3] = torch.stack([v[kept[0]], torch.full((4,), 1e3), v[kept[1]]])
    other_space, inside = one.centers[3:].clone(), ~outside[0].numpy()
    stretch = space_weights(one.logits)[0].detach().sqrt().numpy()
    seen, starts = v.numpy()[inside] * stretch, one.centers[:3].numpy() * stretch
    squares = np.square(seen[:, None] - starts).sum(axis=2)
    nearest, cost = squares.argmin(axis=1), squares.min(axis=1)
    dearest = np.bincount(nearest, cost, minlength=3).argmax()
    starts[1] = seen[np.where(nearest == dearest, cost, -1).argmax()]
    settled = KMeans(3, init=starts, n_init=1, max_iter=10, tol=0).fit_predict(seen)
    nobody, epoch = torch.full((2, 30), -1), SimpleNamespace(generator=torch.Generator(), run=Run())
    for _ in range(2):
        one.lost[torch.tensor([0, 2, 3, 4])] = 0
        one._follow(epoch, data, v, nobody)
    means = [v.numpy()[inside][settled == k].mean(axis=0) for k in range(3)]
    np.testing.assert_allclose(one.centers[:3], means, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(one.counts[:3], np.bincount(settled) * 30 / 29, rtol=1e-5)
    assert torch.equal(one.centers[3:], other_space)
    assert one.lost[:3].tolist() == [0, 0, 0]
