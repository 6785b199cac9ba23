import numpy as np
import pytest
import torch
from torch import nn

from clustering.checkpoint import Checkpoints
from clustering.data import Data
from clustering.errors import Cancelled, Diverged, Drained
from clustering.optim import optimizer as built
from clustering.params.training import AdamOptimizer
from clustering.run import Journal, Metrics, Progress, Run
from clustering.train import epochs, resume


def step(epoch, weights, optimizer, scale=1.0):
    epoch.descend(scale * weights.square().sum(), optimizer)


def weights_and_adam(**group):
    weights = nn.Parameter(torch.full((4,), 3.0))
    return weights, built([{"params": [weights], **group}], AdamOptimizer(), 0.1)


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


DATA = Data.of(np.arange(6, dtype=np.float32)[:, None])
LEFT = {"first": 10, "second": 2}


class Fit:
    """Two stages, the first of which ends early in its fourth epoch."""

    def __init__(self, **surroundings):
        self.weights = nn.Parameter(torch.full((4,), 3.0))
        journal = Journal(plan=dict(LEFT), snapshot=lambda: {"weights": self.weights.detach()})
        self.run = Run(journal=journal, **surroundings)
        if self.run.checkpoints and (snapshot := self.run.checkpoints.newest()):
            self.weights.data.copy_(resume(self.run, snapshot)["weights"])

    def __call__(self):
        return [*self.stage("first", ends=4), *self.stage("second")]

    def stage(self, name, ends=None):
        optimizer = built([{"params": [self.weights]}], AdamOptimizer(), 0.1)
        for epoch in epochs(self.run, name, LEFT[name], resumes=[optimizer]):
            for batch in epoch.batches(DATA, 2):
                step(epoch, self.weights, optimizer, batch.x.mean())
            if epoch.number == ends:
                epoch.end_stage()
            yield name, epoch.number


WHOLE = [("first", 1), ("first", 2), ("first", 3), ("first", 4), ("second", 1), ("second", 2)]


def test_a_stage_that_is_ended_has_no_further_epoch():
    fit = Fit()
    assert fit() == WHOLE
    assert fit.run.journal.plan == {"first": 4, "second": 2}
    assert fit.run.journal.finished == ["first", "second"]
    assert fit.run.journal.step == 6


def test_progress_reaches_the_end_though_a_stage_was_ended():
    seen = []
    Fit(report=seen.append)()
    progress = [message for message in seen if isinstance(message, Progress)]
    ended = [message for message in progress if message.stage == "first"][-1]
    assert (ended.epoch, ended.epochs, ended.fraction) == (4, 4, pytest.approx(4 / 6))
    assert progress[-1].fraction == 1
    fractions = [message.fraction for message in progress]
    assert fractions == sorted(fractions)


@pytest.mark.parametrize("how", ["cancel", "drain"])
@pytest.mark.parametrize("after", [1, 2, 3, 4, 5])
def test_a_fit_cut_before_and_after_an_early_end_goes_on_as_if_undisturbed(after, how, tmp_path):
    undisturbed = Fit()
    undisturbed()
    seen = []

    def report(message):
        if isinstance(message, Metrics):
            seen.append(message)

    stop = {"report": report, "stop": lambda: how if len(seen) >= after else None}
    with pytest.raises((Cancelled, Drained)):
        Fit(checkpoints=Checkpoints(tmp_path, every_s=0), **stop)()
    resumed = Fit(checkpoints=Checkpoints(tmp_path, every_s=0))
    assert resumed() == WHOLE[after:]
    assert resumed.run.journal.plan == {"first": 4, "second": 2}
    assert resumed.run.journal.curves == undisturbed.run.journal.curves
    assert torch.equal(resumed.weights, undisturbed.weights)


def test_the_end_of_an_ended_stage_is_a_checkpoint_whatever_the_cadence(tmp_path):
    fit = Fit(checkpoints=Checkpoints(tmp_path, every_s=3600, keep=9))
    fit()
    assert [int(path.name[:10]) for path in sorted(tmp_path.iterdir())] == [4, 6]


def test_an_epoch_knows_what_was_recorded_in_it():
    for epoch in epochs(Run(), "fit", 2):
        if epoch.number == 1:
            epoch.record(reset=1.0)
        assert epoch.has("reset") == (epoch.number == 1)
        assert not epoch.has("loss")
