import json
import math
from itertools import pairwise

import pytest
import torch
from torch import nn

from clustering.checkpoint import pack, unpack
from clustering.optim import clip, clipped, optimizer, scheduler, share
from clustering.params.training import AdamOptimizer, AdamWOptimizer, Schedule, SGDOptimizer

DECAYING = [AdamOptimizer(weight_decay=0.1), AdamWOptimizer(weight_decay=0.1), SGDOptimizer(weight_decay=0.1)]


def normed():
    return nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Linear(4, 2))


def filled(*shape):
    return nn.Parameter(torch.full(shape, 2.0))


def rates(schedule, epochs, lr=1.0):
    made = optimizer([{"params": [filled(2, 2)]}], SGDOptimizer(), lr)
    plan = scheduler(made, schedule, epochs)
    seen = []
    for _ in range(epochs):
        seen.append(made.param_groups[0]["lr"])
        made.step()
        plan.step()
    return seen


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (AdamOptimizer(), torch.optim.Adam),
        (AdamWOptimizer(), torch.optim.AdamW),
        (SGDOptimizer(), torch.optim.SGD),
    ],
)
def test_params_choose_the_optimizer(kind, expected):
    made = optimizer([{"params": [filled(2, 2)]}], kind, 0.1)
    assert isinstance(made, expected)
    assert made.param_groups[0]["lr"] == 0.1


def test_sgd_keeps_the_momentum_of_its_params():
    made = optimizer([{"params": [filled(2, 2)]}], SGDOptimizer(momentum=0.5), 0.1)
    assert made.param_groups[0]["momentum"] == 0.5


@pytest.mark.parametrize("kind", DECAYING, ids=lambda kind: kind.type)
def test_without_a_gradient_only_weights_of_matrices_shrink(kind):
    net, centers = normed(), filled(3, 2)
    before = {name: parameter.detach().clone() for name, parameter in net.named_parameters()}
    made = optimizer([clipped(net, None), {"params": [centers], "weight_decay": 0}], kind, 0.01)
    for parameter in [*net.parameters(), centers]:
        parameter.grad = torch.zeros_like(parameter)
    made.step()
    moved = {name for name, parameter in net.named_parameters() if not torch.equal(parameter, before[name])}
    assert moved == {"0.weight", "2.weight"}
    assert torch.equal(centers, torch.full((3, 2), 2.0))


def test_a_group_is_cut_only_where_weights_decay():
    assert len(optimizer([clipped(normed(), 5.0)], AdamOptimizer(), 0.1).param_groups) == 1
    assert len(optimizer([clipped(normed(), 5.0)], AdamWOptimizer(), 0.1).param_groups) == 2


def test_a_group_keeps_a_learning_rate_of_its_own():
    groups = [{"params": [filled(2, 2)]}, {"params": [filled(2, 2), filled(2)], "lr": 1.0}]
    made = optimizer(groups, SGDOptimizer(), 0.1)
    assert [group["lr"] for group in made.param_groups] == [0.1, 1.0, 1.0]


@pytest.mark.parametrize("kind", [AdamOptimizer(), AdamWOptimizer()], ids=lambda kind: kind.type)
def test_a_module_is_clipped_as_one_vector_however_its_parts_decay(kind):
    net = normed()
    made = optimizer([clipped(net, 0.5)], kind, 0.1)
    for parameter in net.parameters():
        parameter.grad = torch.ones_like(parameter)
    clip(made)
    gradient = torch.cat([parameter.grad.flatten() for parameter in net.parameters()])
    assert gradient.norm().item() == pytest.approx(0.5, rel=1e-4)
    assert gradient.max() == gradient.min()


def test_groups_that_say_so_are_clipped_as_one_vector():
    first, second = filled(4, 1), filled(4, 1)
    groups = [{"params": [each], "max_norm": 3.0, "clip": "net"} for each in (first, second)]
    made = optimizer(groups, AdamWOptimizer(), 0.1)
    for parameter in (first, second):
        parameter.grad = torch.full_like(parameter, 5.0)
    clip(made)
    assert torch.cat([first.grad, second.grad]).norm().item() == pytest.approx(3, rel=1e-4)


def test_groups_are_clipped_apart_from_each_other_and_not_without_a_norm():
    first, second, free = filled(4, 1), filled(4, 1), filled(4, 1)
    groups = [
        {"params": [first], "max_norm": 1.0},
        {"params": [second], "max_norm": 3.0},
        {"params": [free], "max_norm": None},
    ]
    made = optimizer(groups, AdamWOptimizer(), 0.1)
    for parameter in (first, second, free):
        parameter.grad = torch.full_like(parameter, 5.0)
    clip(made)
    norms = [parameter.grad.norm().item() for parameter in (first, second, free)]
    assert norms == pytest.approx([1, 3, 10], rel=1e-4)


def test_the_rate_is_constant_without_a_schedule():
    assert rates(Schedule(), 4, lr=0.3) == [0.3] * 4


def test_a_warm_up_rises_in_equal_steps_from_a_hundredth_to_the_whole():
    seen = rates(Schedule(warmup_epochs=3), 6)
    assert seen == pytest.approx([0.01, 0.34, 0.67, 1, 1, 1])


def test_a_warm_up_rises_from_what_is_asked_for():
    assert rates(Schedule(warmup_epochs=4, warmup_from=0), 5) == pytest.approx([0, 0.25, 0.5, 0.75, 1])
    assert rates(Schedule(warmup_epochs=2, warmup_from=1), 3) == [1, 1, 1]


@pytest.mark.parametrize("decay", ["none", "cosine", "step"])
def test_a_schedule_that_moves_at_every_step_passes_the_rates_of_its_epochs(decay):
    plan, made = (
        Schedule(warmup_epochs=2, warmup_from=0, decay=decay),
        optimizer([{"params": [filled(2)]}], SGDOptimizer(), 1.0),
    )
    schedule, seen = scheduler(made, plan, 6, times=5), []
    for _ in range(30):
        seen.append(made.param_groups[0]["lr"])
        made.step()
        schedule.step()
    assert seen[::5] == pytest.approx([share(plan, done, 6) for done in range(6)])
    assert seen[5] < seen[6] < seen[10]


def test_a_cosine_falls_from_the_whole_after_the_warm_up_to_nothing_after_the_last_epoch():
    plan = Schedule(warmup_epochs=2, decay="cosine")
    seen = rates(plan, 10)
    assert seen[2] == 1
    assert seen[6] == pytest.approx(0.5)
    assert seen[9] == pytest.approx(math.sin(math.pi / 16) ** 2)
    assert share(plan, 10, 10) == pytest.approx(0)
    assert all(later < sooner for sooner, later in pairwise(seen[2:]))


def test_a_rate_that_goes_by_steps_is_halved_after_each_fifth():
    assert rates(Schedule(decay="step"), 10) == pytest.approx(
        [1, 1, 1 / 2, 1 / 2, *[1 / 4] * 2, *[1 / 8] * 2, *[1 / 16] * 2]
    )
    assert rates(Schedule(decay="step", steps=10, step_factor=0.1, warmup_epochs=2), 7)[2:] == pytest.approx(
        [1, 1e-2, 1e-4, 1e-6, 1e-8]
    )


@pytest.mark.parametrize("decay", ["none", "cosine", "step"])
@pytest.mark.parametrize("warmup", [0, 3])
def test_a_stage_without_epochs_has_a_schedule_too(decay, warmup):
    assert rates(Schedule(warmup_epochs=warmup, decay=decay), 0) == []


def test_a_warm_up_longer_than_the_stage_only_rises():
    seen = rates(Schedule(warmup_epochs=10, decay="cosine"), 3)
    assert seen == pytest.approx([0.01, 0.109, 0.208])


def test_groups_keep_the_ratio_of_their_rates():
    made = optimizer([{"params": [filled(2)]}, {"params": [filled(2)], "lr": 1.0}], SGDOptimizer(), 0.1)
    scheduler(made, Schedule(warmup_epochs=2), 4)
    assert [group["lr"] for group in made.param_groups] == pytest.approx([0.001, 0.01])


@pytest.mark.parametrize("kind", DECAYING, ids=lambda kind: kind.type)
def test_optimizer_and_schedule_go_on_from_their_packed_states(kind):
    def train(weights, made, plan, epochs):
        for _ in range(epochs):
            made.zero_grad()
            (weights - 1).pow(4).sum().backward()
            made.step()
            plan.step()

    def fresh():
        weights = filled(3, 2)
        made = optimizer([{"params": [weights], "max_norm": 5.0}], kind, 0.05)
        return weights, made, scheduler(made, Schedule(warmup_epochs=3, decay="cosine"), 9)

    whole = fresh()
    train(*whole, 9)
    cut = fresh()
    train(*cut, 4)
    tensors = {}
    kept = json.loads(json.dumps(pack([part.state_dict() for part in cut[1:]], "resumes", tensors)))
    weights, made, plan = fresh()
    weights.data.copy_(cut[0].data)
    for part, state in zip((made, plan), unpack(kept, tensors), strict=True):
        part.load_state_dict(state)
    train(weights, made, plan, 5)
    assert torch.equal(weights, whole[0])
