import pytest
import torch

from clustering import engine
from clustering.data import Data
from clustering.methods import build
from clustering.params import parse
from clustering.run import Run
from clustering.stages.bank import MemoryBank
from tests.clustering.methods.tiny import images, tiny

QUICK = {"schedule": {"warmup_epochs": 0}, "lr": 0.05, "embedding_dim": 4, "batch_size": 10}


def fitted(**fields):
    return engine.fit(images(), tiny("digpro", **QUICK | fields))


def curve(result, name):
    return [point.values.get(name) for point in result.curves]


def groups_of(result):
    return result.method.groups


def test_the_defaults_are_the_papers():
    p = parse({"method": "digpro", "n_clusters": 7})
    assert (p.group_weight, p.group_temperature, p.group_momentum) == (1, 0.1, 0.99)
    assert (p.groups, p.bank_size, p.regroup_every, p.double_momentum) == (7, 2560, None, None)


def test_the_loss_is_the_weighted_sum_of_its_parts():
    result = fitted(group_weight=0.3, prototype_weight=0.7)
    parts = ("loss", "alignment", "grouping", "scattering")
    for loss, aligned, grouped, scattered in zip(*(curve(result, name) for name in parts), strict=True):
        assert loss == pytest.approx(aligned + 0.3 * grouped + 0.7 * (scattered or 0), abs=1e-5)


def test_groups_are_contrasted_from_the_first_epoch_on():
    assert all(value is not None for value in curve(fitted(epochs=3, warmup_epochs=2), "grouping"))


def test_groups_start_where_k_means_of_all_embeddings_puts_them():
    result = fitted(momentum=1.0, group_momentum=1.0, n_groups=3, bank_size=10_000)
    start = groups_of(result)
    torch.testing.assert_close(start.norm(dim=1), torch.ones(3))
    with torch.random.fork_rng():
        Run().seed_global("init")
        fresh = build(result.method.params, (1, 8, 8)).eval()
    data = Data.of(images())
    z = torch.cat([fresh.embed(x) for x in data.blocks(40)])
    nearest = (z @ start.T).argmax(dim=1)
    for j in range(3):
        direction = torch.nn.functional.normalize(z[nearest == j].sum(dim=0), dim=0)
        torch.testing.assert_close(direction, start[j], rtol=0, atol=1e-3)


def test_groups_with_momentum_1_stay_until_they_are_placed_anew():
    still, placed = (groups_of(fitted(group_momentum=1.0, bank_size=each)) for each in (10_000, 40))
    assert not torch.equal(still, placed)
    torch.testing.assert_close(placed.norm(dim=1), torch.ones(2))


def test_groups_that_are_seldom_placed_anew_stay_where_they_were():
    never = fitted(group_momentum=1.0, bank_size=10_000)
    seldom = fitted(group_momentum=1.0, bank_size=40, regroup_every=1000)
    assert torch.equal(groups_of(never), groups_of(seldom))


def test_groups_are_placed_anew_only_from_a_full_bank():
    method = build(tiny("digpro", **QUICK), (1, 8, 8))
    bank = MemoryBank(20, 4, "cpu")
    bank.push(torch.randn(19, 4))
    before = method.groups.clone()
    method._regroup(Run(), bank, 2)
    assert torch.equal(method.groups, before)
    bank.push(torch.randn(1, 4))
    method._regroup(Run(), bank, 3)
    assert torch.equal(method.groups, before), "the third step is no multiple of two groups"
    method._regroup(Run(), bank, 4)
    torch.testing.assert_close(method.groups.norm(dim=1), torch.ones(2))


def test_what_is_kept_of_the_groups_has_no_graph():
    assert not groups_of(fitted()).requires_grad


def test_both_views_move_the_groups():
    method = build(tiny("digpro", **QUICK | {"group_momentum": 0.5}), (1, 8, 8))
    method.groups.copy_(torch.eye(2, 4))
    one, other = torch.tensor([[4.0, 0, 0, 0], [0, 2, 0, 0]]), torch.tensor([[0.0, 6, 0, 0], [0, 8, 0, 0]])
    _, moved = method._grouped([(one, other), (other, one)])
    once = torch.tensor([[2.5, 0, 0, 0], [0, 1.5, 0, 0]])
    torch.testing.assert_close(moved, torch.stack([once[0], torch.tensor([0, 0.75 + 3.5, 0, 0])]))


def test_predictions_or_embeddings_find_the_groups():
    z = torch.nn.functional.normalize(torch.randn(6, 4, generator=torch.Generator().manual_seed(0)), dim=1)
    views = [(z[:3], z[3:]), (z[3:], z[:3])]
    groups = torch.eye(2, 4)
    for grouped in ("predictions", "embeddings"):
        method = build(tiny("digpro", **QUICK | {"group_momentum": 1.0, "grouped": grouped}), (1, 8, 8))
        method.groups.copy_(groups)
        total = 0.0
        for q, target in views:
            found = method.predict(q) if grouped == "predictions" else q
            for one, other in zip(found.detach(), target, strict=True):
                likeness = (10 * one[:2] / one.norm()).exp()
                total -= (likeness[other[:2].argmax()] / likeness.sum()).log().item()
        assert method._grouped(views)[0].item() == pytest.approx(total / 6, rel=1e-4)


def test_a_second_move_brings_the_copy_nearer_to_the_network():
    def distance(method):
        pairs = zip(method.net.parameters(), method.target.parameters(), strict=True)
        return sum((one - other).norm().item() for one, other in pairs)

    once, twice = (fitted(double_momentum=each, bank_size=10_000).method for each in (None, 0.5))
    assert distance(twice) < distance(once)


def test_the_groups_are_a_clustering_of_their_own():
    result = fitted(n_groups=3)
    prototypes, groups = result.clusterings
    assert (prototypes.name, groups.name) == ("prototypes", "momentum groups")
    assert (prototypes.centers.shape, groups.centers.shape) == ((2, 4), (3, 4))
    torch.testing.assert_close(groups.centers.norm(dim=1), torch.ones(3))
    torch.testing.assert_close(groups.soft, (result.embeddings @ groups.centers.T / 0.1).softmax(dim=1))
    assert torch.equal(groups.labels, groups.soft.argmax(dim=1))


def test_one_group_costs_nothing():
    assert curve(fitted(n_groups=1), "grouping") == pytest.approx([0, 0, 0], abs=1e-6)


def test_the_memory_bank_is_no_part_of_the_model(tmp_path):
    result = fitted()
    engine.save(result, tmp_path)
    assert {"groups", "centers"} <= set(result.method.state_dict())
    assert not any("bank" in name or "rows" in name for name in result.method.state_dict())
