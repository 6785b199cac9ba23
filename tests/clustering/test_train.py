import pytest
import torch
from torch import nn

from clustering.errors import Diverged
from clustering.run import Metrics, Progress, Run
from clustering.train import adam, epochs


def step(epoch, weights, optimizer, scale=1.0):
    epoch.descend(scale * weights.square().sum(), optimizer)


def weights_and_adam(**group):
    weights = nn.Parameter(torch.full((4,), 3.0))
    return weights, adam([{"params": [weights], **group}], 0.1)


def test_an_epoch_reports_the_means_of_what_was_recorded():
    seen = []
    for epoch in epochs(Run(report=seen.append), "fit", 2):
        epoch.record(a=1.0, b=torch.tensor(4.0))
        epoch.record(a=2.0)
    assert seen[-1] == Metrics(2, "fit", 2, {"a": 1.5, "b": 4.0})


def test_a_step_goes_down_the_loss():
    weights, optimizer = weights_and_adam()
    for epoch in epochs(Run(), "fit", 3):
        step(epoch, weights, optimizer)
    assert (weights < 3).all()


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_a_loss_that_is_not_finite_names_stage_and_epoch(bad):
    weights, optimizer = weights_and_adam()
    with pytest.raises(Diverged, match=r"loss became (nan|inf) in stage 'fit', epoch 2 of 5"):
        for epoch in epochs(Run(), "fit", 5):
            step(epoch, weights, optimizer, bad if epoch.number == 2 else 1.0)


def test_a_group_with_a_largest_norm_is_clipped_to_it_and_others_are_not():
    clipped, free = nn.Parameter(torch.full((4,), 3.0)), nn.Parameter(torch.full((4,), 3.0))
    optimizer = torch.optim.SGD([{"params": [clipped], "max_norm": 0.5}, {"params": [free]}], lr=1.0)
    for epoch in epochs(Run(), "fit", 1):
        epoch.descend((clipped.square() + free.square()).sum(), optimizer)
    assert (3 - clipped).norm().item() == pytest.approx(0.5, rel=1e-4)
    assert (3 - free).norm().item() == pytest.approx(12)


def test_each_epoch_seeds_the_global_generator():
    first, second = ([torch.rand(1).item() for _ in epochs(Run(seed=1), "fit", 3)] for _ in range(2))
    assert first == second and len(set(first)) == 3


def test_a_stage_without_epochs_yields_none():
    assert list(epochs(Run(), "fit", 0)) == []


def test_a_stage_cannot_be_entered_twice():
    run = Run()
    list(epochs(run, "fit", 1))
    with pytest.raises(ValueError, match="twice"):
        list(epochs(run, "fit", 1))


def test_progress_within_a_stage_counts_epochs_from_one():
    seen = []
    weights, optimizer = weights_and_adam()
    for epoch in epochs(Run(report=seen.append), "fit", 2):
        step(epoch, weights, optimizer)
    progress = [message for message in seen if isinstance(message, Progress)]
    assert [message.epoch for message in progress] == [1, 1, 2, 2]
    assert progress[0].rate is None and progress[0].eta_s is None
    assert progress[-1].rate > 0
