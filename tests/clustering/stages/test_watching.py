import math

import numpy as np
import pytest
import torch
from sklearn.metrics import normalized_mutual_info_score, silhouette_score
from torch import nn

from clustering.checkpoint import Checkpoints
from clustering.data import Data
from clustering.errors import Cancelled, Drained
from clustering.run import Journal, Metrics, Run
from clustering.stages.watching import Watch
from clustering.train import epochs, resume
from tests.clustering.methods.tiny import tiny

LOOKED_AT = {"distance_ratio", "silhouette", "label_change"}
LINE = np.arange(20, dtype=np.float32)[:, None]
CUT = [2.0, 5.0, 9.0, 10.0, 10.0, 10.0, 10.0, 10.0]
"""Where two clusters of the line part, by epoch."""


class Split(nn.Module):
    """Two centers on a line that move from epoch to epoch as told."""

    def __init__(self, **params):
        super().__init__()
        self.params = tiny("dec", **params)
        self.register_buffer("centers", torch.zeros(2, 1))

    def embed(self, x):
        return x

    def label_each(self, z):
        return (z - self.centers.T).abs().argmin(dim=1, keepdim=True)

    def measured(self, z):
        return [(z, self.centers)]


def fit(cuts=CUT, x=LINE, resets=(), run=None, *, kind=Split, **params):
    """Move the centers so that the clusters part where told; returns the run and its method."""
    run = run or Run()
    method, data = kind(**params), Data.of(x, scale="none")
    run.journal.plan, run.journal.snapshot = {"cluster": len(cuts)}, method.state_dict
    if run.checkpoints and (snapshot := run.checkpoints.newest()):
        method.load_state_dict(resume(run, snapshot))
    watch = Watch(run, method, data)
    for epoch in epochs(run, "cluster", len(cuts), resumes=[watch]):
        cut = cuts[epoch.number - 1] - 0.5
        method.centers.copy_(torch.tensor([[cut - 1], [cut + 1]]))
        if epoch.number in resets:
            epoch.record(reset=1.0)
        watch.look(epoch)
    return run


def curve(run, name):
    return {point.epoch: point.values[name] for point in run.journal.curves if name in point.values}


def parted(cut):
    return (LINE[:, 0] >= cut).astype(int)


@pytest.mark.parametrize(
    ("every", "resets", "expected"),
    [(3, (), [3, 6, 8]), (3, (4,), [3, 4, 6, 8]), (1, (), range(1, 9)), (100, (), [8]), (0, (4,), [])],
)
def test_a_look_comes_at_its_cadence_after_a_reset_and_at_the_end(every, resets, expected):
    assert list(curve(fit(observe_every=every, resets=resets), "silhouette")) == list(expected)


def test_the_label_change_is_what_two_looks_do_not_share():
    found = curve(fit(observe_every=2), "label_change")
    looks = {2: 5, 4: 10, 6: 10, 8: 10}
    assert list(found) == [4, 6, 8]
    shared = normalized_mutual_info_score(parted(looks[2]), parted(looks[4]))
    assert found[4] == pytest.approx(1 - shared)
    assert found[6] == found[8] == pytest.approx(0)


def test_the_distance_ratio_is_the_mean_of_nearest_over_second_nearest():
    run = fit(cuts=[10.0], observe_every=1)
    far = np.abs(LINE - [8.5, 10.5])
    ratios = [min(pair) / max(pair) for pair in far]
    assert curve(run, "distance_ratio")[1] == pytest.approx(sum(ratios) / len(ratios))


def test_the_silhouette_is_that_of_the_embedding():
    run = fit(cuts=[7.0], observe_every=1)
    assert curve(run, "silhouette")[1] == pytest.approx(silhouette_score(LINE, parted(7)))


def test_one_cluster_has_no_silhouette_and_does_no_harm():
    run = fit(cuts=[-5.0, 10.0], observe_every=1)
    assert list(curve(run, "silhouette")) == [2]
    assert list(curve(run, "distance_ratio")) == [1, 2]


class Several(Split):
    """Beside the first clustering a second one, which parts the line where the first did an epoch ago."""

    def label_each(self, z):
        first = super().label_each(z)
        return torch.cat([first, (z < 4).long()], dim=1)

    def measured(self, z):
        return [(z, self.centers), (3 * z, torch.tensor([[0.0], [30.0]]))]


def test_of_several_clusterings_each_is_looked_at_under_its_index():
    told = []

    def score(index, labels, z):
        told.append((labels.numpy(), z.numpy()))
        return {"nmi": 0.5, "nmi/left": float(len(told)), "acc": math.inf}

    run = fit(observe_every=4, run=Run(score=score), kind=Several)
    names = {f"{name}_{place}" for name in (*LOOKED_AT, "nmi") for place in (0, 1)}
    assert set(run.journal.curves[-1].values) == names | {"nmi_0/left", "nmi_1/left"}
    assert curve(run, "nmi_0/left") == {4: 1, 8: 3}
    assert curve(run, "nmi_1/left") == {4: 2, 8: 4}
    assert curve(run, "label_change_1") == {8: pytest.approx(0)}
    np.testing.assert_array_equal(told[1][0], LINE[:, 0] < 4)
    np.testing.assert_array_equal(told[1][1], 3 * LINE)
    assert curve(run, "silhouette_1")[8] == pytest.approx(silhouette_score(LINE, LINE[:, 0] < 4))
    ratios = [min(pair) / max(pair) for pair in np.abs(3 * LINE - [0, 30])]
    assert curve(run, "distance_ratio_1")[8] == pytest.approx(sum(ratios) / len(ratios))


class Turned(Split):
    """Its main clustering never changes, only the second does."""

    def label_each(self, z):
        return super().label_each(z) * torch.tensor([0, 1])

    def measured(self, z):
        return [(z, self.centers)] * 2


def test_a_stage_of_several_clusterings_ends_once_none_of_them_changes_much():
    run = fit(stop_below=0.06, kind=Turned)
    assert curve(run, "changed") == {
        epoch: pytest.approx(abs(CUT[epoch - 1] - CUT[epoch - 2]) / 20) for epoch in range(2, 5)
    }


@pytest.mark.parametrize(("n", "looked_at"), [(200, 200), (900, 250), (1500, 375), (4100, 1000)])
def test_every_look_takes_in_the_same_random_samples(n, looked_at):
    x, seen = np.arange(n, dtype=np.float32)[:, None], {0: [], 1: []}
    for seed, told in seen.items():

        def score(index, labels, z, told=told):
            assert torch.equal(z[:, 0], index.float())
            assert torch.equal(labels, (z[:, 0] >= 100).long())
            told.append(index)
            return {}

        fit(cuts=[100.0] * 3, x=x, run=Run(seed=seed, score=score), observe_every=1)
    assert all(torch.equal(index, seen[0][0]) for index in seen[0])
    assert len(seen[0][0].unique()) == looked_at
    assert torch.equal(seen[0][0], seen[1][0]) == (looked_at == n)


def test_figures_of_a_score_are_in_the_curves_unless_they_are_not_finite():
    run = Run(score=lambda *_: {"acc/first column": 0.85, "nmi": math.nan, "ari": math.inf})
    fit(run=run, observe_every=4)
    assert curve(run, "acc/first column") == {4: 0.85, 8: 0.85}
    assert not curve(run, "nmi") and not curve(run, "ari")


def test_a_score_that_writes_on_what_it_is_told_changes_nothing():
    def spoil(index, labels, z):
        for told in (index, labels, z):
            told.zero_()
        torch.rand(1)
        return {}

    params = {"observe_every": 1, "stop_below": 0.01}
    assert fit(run=Run(score=spoil), **params).journal.curves == fit(**params).journal.curves


def test_a_stage_ends_once_fewer_samples_change_their_cluster():
    run = fit(stop_below=0.1, observe_every=100)
    assert curve(run, "changed") == {2: 3 / 20, 3: 4 / 20, 4: 1 / 20}
    assert run.journal.plan == {"cluster": 4}
    assert list(curve(run, "silhouette")) == [4]


@pytest.mark.parametrize(("interval", "epochs_taken"), [(1, 8), (2, 7), (3, 7), (6, 7), (8, 4)])
def test_a_standstill_ends_no_stage_that_a_reset_is_still_to_stir(interval, epochs_taken):
    run = fit(stop_below=0.1, observe_every=0, brb={"interval": interval})
    assert run.journal.plan == {"cluster": epochs_taken}


def test_a_share_as_large_as_the_bound_does_not_end_the_stage():
    run = fit(cuts=[2.0, 3.0, 4.0], stop_below=1 / 20, observe_every=0)
    assert curve(run, "changed") == {2: 1 / 20, 3: 1 / 20}


def test_the_first_epoch_never_ends_the_stage():
    assert fit(cuts=[5.0, 5.0, 5.0], stop_below=0.5).journal.plan == {"cluster": 2}


def test_without_a_bound_every_epoch_is_taken_and_no_change_recorded():
    run = fit(cuts=[5.0] * 4, observe_every=1)
    assert run.journal.plan == {"cluster": 4}
    assert not curve(run, "changed")


@pytest.mark.parametrize("how", ["cancel", "drain"])
@pytest.mark.parametrize("after", [1, 2, 3, 4])
def test_a_watch_cut_short_goes_on_as_if_undisturbed(after, how, tmp_path):
    params = {"cuts": [2.0, 5.0, 9.0, 14.0, 14.0, 14.0], "observe_every": 2, "stop_below": 0.1}
    whole = fit(**params)
    assert whole.journal.plan == {"cluster": 5}
    seen = []
    stop = {"report": seen.append, "stop": lambda: how if metrics(seen) >= after else None}
    with pytest.raises((Cancelled, Drained)):
        fit(run=Run(checkpoints=Checkpoints(tmp_path, every_s=0), **stop), **params)
    resumed = fit(run=Run(checkpoints=Checkpoints(tmp_path, every_s=0), journal=Journal()), **params)
    assert resumed.journal.curves == whole.journal.curves
    assert resumed.journal.plan == whole.journal.plan


def metrics(seen):
    return sum(isinstance(message, Metrics) for message in seen)


def test_of_several_heads_each_is_looked_at_under_the_number_that_the_result_names():
    method, data, told = Split(observe_every=1), Data.of(LINE, scale="none"), []

    def score(index, labels, z):
        told.append(labels.numpy())
        return {"nmi/left": float(len(told)), "intra_class/left": 0.25}

    run = Run(score=score)
    run.journal.plan, run.journal.snapshot = {"cluster": 2}, method.state_dict
    cuts = torch.tensor([4.0, 15.0])

    def heads(z):
        far = z.T - cuts[:, None]
        return torch.stack([-far, far], dim=2)

    watch = Watch(run, method, data, head=heads)
    for epoch in epochs(run, "cluster", 2, resumes=[watch]):
        watch.look(epoch)
    assert curve(run, "nmi_head_1/left") == {1: 1, 2: 3}
    assert curve(run, "nmi_head_2/left") == {1: 2, 2: 4}
    assert curve(run, "intra_class/left") == {1: 0.25, 2: 0.25}
    np.testing.assert_array_equal(told[1], LINE[:, 0] > 15)
    assert curve(run, "silhouette_head_2")[2] == pytest.approx(silhouette_score(LINE, LINE[:, 0] > 15))
    assert set(run.journal.curves[-1].values) == {
        f"{name}_head_{head}{column}"
        for head in (1, 2)
        for name, column in (("silhouette", ""), ("label_change", ""), ("nmi", "/left"))
    } | {"intra_class/left"}
