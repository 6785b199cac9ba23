import numpy as np
import pytest
import torch
from torch import nn

from clustering.checkpoint import Checkpoints
from clustering.data import Data
from clustering.errors import Cancelled, Drained, Unsupported
from clustering.params import parse
from clustering.run import Journal, Metrics, Run
from clustering.stages.self_labelling import SELF_LABEL, WARM_UP, self_label, self_label_stages
from clustering.train import resume

K, N = 3, 60
TRUTH = torch.arange(N) % K
ASKED = {"epochs": 4, "lr": 1e-3, "warmup_epochs": 6, "warmup_lr": 0.05, "threshold": 0.6}
LEARNED = {"warmup_epochs": 20, "warmup_lr": 0.1}
ASKED["decoder_epochs"] = 0
ASKED["strong"] = {"type": "strong", "padding": 1, "hole": 2, "operations": 1}
UNREACHED = {"threshold": 1 - 1e-9}


class Toy(nn.Module):
    """An encoder with a settled batch norm, a center in each group, a head; notes what it embeds."""

    def __init__(self, data, asked, observe=10):
        super().__init__()
        spec = {"method": "dcn", "n_clusters": K, "embedding_dim": 4, "batch_size": 16, "self_label": asked}
        self.params = parse(spec | {"observe_every": observe})
        self.net = nn.Module()
        width = int(np.prod(data.shape))
        self.net.encoder = nn.Sequential(
            nn.Flatten(), nn.Linear(width, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Linear(8, 4)
        )
        self.head = nn.Linear(4, K)
        self.seen = []
        with torch.no_grad():
            x = next(data.blocks(data.n))
            for _ in range(100):
                self.embed(x)
            self.spread(self.eval().embed(x))
            z = self.embed(x)
            self.register_buffer("centers", torch.stack([z[k == TRUTH].mean(dim=0) for k in range(K)]))
        self.train()

    def spread(self, z):
        """Let the embedding have zero mean and unit variance, as a trained one comes near to."""
        last = self.net.encoder[-1]
        last.bias.copy_((last.bias - z.mean(dim=0)) / z.std(dim=0))
        last.weight.div_(z.std(dim=0)[:, None])

    def embed(self, x):
        self.seen.append((x, torch.is_grad_enabled(), self.training))
        return self.net.encoder(x)

    def label(self, z):
        raise AssertionError("the head gives the labels")


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(0)
    shapes = rng.integers(0, 200, (K, 8, 8, 1))
    return Data.of((shapes[TRUTH] + rng.integers(0, 20, (N, 8, 8, 1))).astype(np.uint8))


def refined(data, run=None, observe=10, **fields):
    """A toy after self-labelling, or after the rest of it where the run has checkpoints; and its curves."""
    run = run or Run()
    torch.manual_seed(0)
    method = Toy(data, ASKED | fields, observe)
    run.journal = Journal(snapshot=method.state_dict)
    if run.checkpoints is not None and (snapshot := run.checkpoints.newest()) is not None:
        method.load_state_dict(resume(run, snapshot))
    self_label(run, method, data)
    return method, run.journal.curves


def copied(module):
    return {name: tensor.clone() for name, tensor in module.state_dict().items()}


def same(first, second):
    return first.keys() == second.keys() and all(torch.equal(first[name], second[name]) for name in first)


def labels(method, data):
    with torch.no_grad():
        return method.eval().head(method.embed(next(data.blocks(data.n)))).argmax(dim=1)


@pytest.mark.parametrize(("asked", "least", "most"), [(None, 12, 16), (30, 30, 30)])
def test_both_stages_take_batches_of_their_own_size_or_of_the_clusterings(data, asked, least, most):
    method, _ = refined(data, batch_size=asked, epochs=1, warmup_epochs=1)
    trained = [len(x) for x, _, training in method.seen if training][100:]
    warmed = [len(x) for x, grad, training in method.seen if not grad and not training]
    assert trained
    assert all(least <= size <= most for size in trained)
    assert N in warmed and any(least <= size <= most for size in warmed)


def test_nothing_is_done_unless_asked_for(data):
    run, method = Run(), Toy(data, None)
    before = copied(method)
    self_label(run, method, data)
    assert same(copied(method), before)
    assert run.journal == Journal()


def test_the_stages_run_as_planned(data):
    method, curves = refined(data)
    assert self_label_stages(method.params) == {WARM_UP: 6, SELF_LABEL: 4}
    assert [point.stage for point in curves] == [WARM_UP] * 6 + [SELF_LABEL] * 4
    assert method.training
    assert self_label_stages(method.params.model_copy(update={"self_label": None})) == {}


def test_the_head_learns_the_nearest_centers_and_keeps_them(data):
    method, curves = refined(data, strong={"type": "affine", "degrees": 3, "translate": 0}, **LEARNED)
    agreement = [point.values["agreement"] for point in curves if point.stage == WARM_UP]
    assert min(agreement) > 0.95 and agreement[-1] == 1
    assert torch.equal(labels(method, data), TRUTH)


def test_the_warm_up_moves_the_head_alone(data):
    kept = {}

    def keep(message):
        if isinstance(message, Metrics):
            kept[message.stage] = copied(method)

    torch.manual_seed(0)
    method = Toy(data, ASKED)
    before = copied(method)
    self_label(Run(report=keep), method, data)
    moved = {name for name in before if not torch.equal(before[name], kept[WARM_UP][name])}
    assert moved == {"head.weight", "head.bias"}
    trained = {name for name in before if not torch.equal(kept[WARM_UP][name], kept[SELF_LABEL][name])}
    assert trained == before.keys() - {"centers"}


def test_labels_come_from_weak_views_without_gradient_and_strong_views_learn_them(data):
    method, _ = refined(data, epochs=1, threshold=0.0)
    clean = {tuple(x.flatten().tolist()) for x in next(data.blocks(N))}
    known = [all(tuple(x.flatten().tolist()) in clean for x in batch) for batch, *_ in method.seen]
    steps = list(zip(known, method.seen, strict=True))[-2 * 4 - 2 : -2]
    for (weak, (first, *modes)), (strong, (second, *learning)) in zip(steps[::2], steps[1::2], strict=True):
        assert weak and not strong and len(first) == len(second)
        assert modes == [False, True] and learning == [True, True]


def test_the_centers_end_at_the_means_of_the_heads_clusters(data):
    method, _ = refined(data)
    found = labels(method, data)
    z = method.embed(next(data.blocks(N))).detach()
    for k in found.unique():
        torch.testing.assert_close(method.centers[k], z[found == k].mean(dim=0))


@pytest.mark.parametrize("how", ["drain", "cancel"])
@pytest.mark.parametrize("epochs", range(1, 10))
def test_a_resumed_run_repeats_the_undisturbed_one_bit_for_bit(data, tmp_path, epochs, how):
    whole, curves = refined(data)
    told = []
    stopped = Run(
        checkpoints=Checkpoints(tmp_path, every_s=0),
        report=lambda message: told.append(message) if isinstance(message, Metrics) else None,
        stop=lambda: how if len(told) >= epochs else None,
    )
    with pytest.raises((Drained, Cancelled)):
        refined(data, stopped)
    resumed, again = refined(data, Run(checkpoints=Checkpoints(tmp_path)))
    assert same(copied(resumed), copied(whole))
    assert again == curves


def test_epochs_without_a_confident_sample_take_no_step_and_are_recorded(data):
    method, curves = refined(data, **UNREACHED)
    only, _ = refined(data, **UNREACHED, epochs=1)
    last = [point.values for point in curves if point.stage == SELF_LABEL]
    assert all(values["confident"] == 0.0 and values["skipped"] == 1.0 for values in last)
    assert not any("loss" in values for values in last)
    weights = [dict(each.named_parameters()) for each in (method, only)]
    assert same(*weights)


def test_the_curves_tell_how_many_samples_are_confident(data):
    _, curves = refined(data, threshold=0.0)
    values = curves[-1].values
    assert values["confident"] == 1 and values["skipped"] == 0 and values["loss"] > 0
    some = [point.values["confident"] for point in refined(data, threshold=0.6)[1][-4:]]
    assert any(0 < share < 1 for share in some)


def test_looks_tell_of_the_heads_labels_and_what_a_score_says_of_them(data):
    asked = []

    def score(index, found, z):
        asked.append((index, found, z))
        return {"acc": 0.5}

    method, curves = refined(data, Run(score=score), observe=2)
    own = [point.values for point in curves if point.stage == SELF_LABEL]
    assert ["acc" in values for values in own] == [False, True, False, True]
    assert not any("distance_ratio" in values for values in own)
    assert "silhouette" in own[1] and "label_change" not in own[1] and own[3]["label_change"] >= 0
    index, found, z = asked[-1]
    assert torch.equal(found, labels(method, data)[index])
    torch.testing.assert_close(z, method.embed(next(data.blocks(N))).detach()[index])


def test_a_cancel_is_heard_within_an_epoch_that_skips_every_batch(data):
    asked = []

    def stop():
        late = len(run.journal.curves) == ASKED["warmup_epochs"]
        asked.extend([1] * late)
        return "cancel" if len(asked) > 4 else None

    run = Run(stop=stop)
    with pytest.raises(Cancelled):
        refined(data, run, **UNREACHED)
    assert [point.stage for point in run.journal.curves] == [WARM_UP] * 6


def test_vectors_learn_without_views():
    x = np.random.default_rng(0).normal(size=(N, 5)) + 12 * np.eye(5)[TRUTH]
    data = Data.of(x)
    method, curves = refined(data, strong=None, **LEARNED)
    assert curves[-1].values["confident"] > 0.9
    assert (labels(method, data) == TRUTH).float().mean() > 0.95


@pytest.mark.parametrize("other", [{"class_balanced": False}, {"weight_decay": 0.5}, {"strong": None}])
def test_balance_weight_decay_and_views_change_the_training(data, other):
    usual, changed = (copied(refined(data, threshold=0.0, **each)[0]) for each in ({}, other))
    assert not same(usual, changed)


def test_a_method_without_a_head_is_refused(data):
    method = Toy(data, ASKED)
    method.head = None
    with pytest.raises(Unsupported, match="no head"):
        self_label(Run(), method, data)
