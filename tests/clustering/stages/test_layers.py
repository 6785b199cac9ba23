import pytest
import torch
from torch import nn

from clustering.data import Data
from clustering.errors import Cancelled, InvalidData
from clustering.nets.heads import Heads
from clustering.run import Run
from clustering.stages.layers import all_layers, hidden_of_head, hidden_of_projector, spread_out


def rows(n, width):
    return torch.rand(n, width, generator=torch.Generator().manual_seed(n))


def test_maps_are_averaged_over_as_many_places_as_asked():
    maps = torch.arange(32.0).view(1, 2, 4, 4)
    found = spread_out(maps, 2).view(2, 2, 2)
    for channel, down, right in ((0, 0, 0), (0, 1, 0), (1, 0, 1), (1, 1, 1)):
        rows_, columns = slice(2 * down, 2 * down + 2), slice(2 * right, 2 * right + 2)
        assert found[channel, down, right] == maps[0, channel, rows_, columns].mean()


def test_maps_of_fewer_places_stay_as_they_are_on_that_axis():
    maps = torch.arange(6.0).view(1, 1, 1, 6)
    assert spread_out(maps, 3).tolist() == [[0.5, 2.5, 4.5]]
    assert spread_out(maps, 9).tolist() == [[0, 1, 2, 3, 4, 5]]


def test_a_projector_is_seen_behind_each_linear_layer_with_what_follows_it():
    torch.manual_seed(0)
    first, norm, second = nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Linear(4, 2)
    projector, x = nn.Sequential(first, norm, nn.ReLU(), second).eval(), rows(5, 3)
    found = hidden_of_projector(projector, x)
    assert [part.shape for part in found] == [(5, 4), (5, 2)]
    torch.testing.assert_close(found[0], norm(first(x)).clamp_min(0))
    torch.testing.assert_close(found[1], projector(x))


def test_a_head_is_seen_behind_each_hidden_layer_and_leads_to_its_own_logits():
    torch.manual_seed(0)
    heads, x = Heads(3, [4, 6, 5, 2]), rows(7, 4)
    for head in range(3):
        found = hidden_of_head(heads, x, head)
        assert [part.shape for part in found] == [(7, 6), (7, 5)]
        weight, bias = heads.first.weight[6 * head : 6 * head + 6], heads.first.bias[6 * head : 6 * head + 6]
        torch.testing.assert_close(found[0], (x @ weight.T + bias).relu())
        last = heads.later[-1]
        logits = found[1] @ last.weight[head] + last.bias.view(3, 2)[head]
        torch.testing.assert_close(logits, heads(x)[head])


def test_a_head_without_hidden_layers_has_nothing_to_see():
    assert hidden_of_head(Heads(2, [4, 3]), rows(5, 4), 0) == []


def data():
    return Data.of(rows(10, 3).numpy(), scale="none")


def layers(x):
    return {"whole": x, "half": x / 2, "sum": x.sum(dim=1, keepdim=True)}


def test_only_chosen_layers_are_kept_of_all_samples_in_order():
    x = rows(10, 3)
    found = all_layers(Run(), data(), layers, chosen=["sum", "half"], size=4)
    assert list(found) == ["sum", "half"]
    torch.testing.assert_close(found["half"], x / 2)
    torch.testing.assert_close(found["sum"], x.sum(dim=1, keepdim=True))


def test_layers_that_do_not_fit_into_the_memory_are_refused_by_their_width():
    run = Run(memory_budget_bytes=8 * 10 * 4 - 1)
    with pytest.raises(InvalidData, match="Layers of 10 samples, 4 values wide,"):
        all_layers(run, data(), layers, chosen=["whole", "sum"], size=4)


def test_a_cancel_is_heard_between_blocks():
    run = Run(stop=lambda: "cancel")
    with pytest.raises(Cancelled):
        all_layers(run, data(), layers, chosen=["sum"], size=4)
