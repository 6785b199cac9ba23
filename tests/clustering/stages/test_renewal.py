import math
import time
from dataclasses import replace

import pytest
import torch

from clustering.data import Batch, Data
from clustering.errors import Diverged
from clustering.methods import build
from clustering.params import parse
from clustering.run import Run
from clustering.stages.lesson import Lesson
from clustering.stages.renewal import Renewal, Weights
from clustering.train import Epoch

SPEC = {
    "method": "deccs",
    "n_clusters": 2,
    "net": {"type": "mlp", "hidden": [8]},
    "embedding_dim": 2,
    "batch_size": 16,
    "steps": 30,
    "lr": 0.05,
}


def generator():
    return torch.Generator().manual_seed(0)


def prepared(weights=(1.0, 1.0, 1.0), **changes):
    labels = torch.arange(40) % 2
    x = torch.randn(60, 4, generator=generator())
    x[:40, 0] += 4 * labels
    torch.manual_seed(0)
    method = build(parse(SPEC | changes), (4,))
    method.classifiers.start(torch.full((4,), 2), generator())
    order = torch.arange(40)
    lesson = Lesson(order, torch.arange(40, 60), labels[:, None].repeat(1, 4), order[:20], order[20:],
                    torch.full((4,), 2))  # fmt: skip
    members, pull, structure = weights
    data = Data.of(x.numpy(), scale="none")
    weights = Weights(torch.full((4,), members / 4), 1.0, pull, structure)
    renewal = Renewal(method, data, lesson, weights, weights)
    return method, renewal, next(data.blocks(60))[:40]


def epoch():
    run = Run()
    run.journal.plan["cluster"] = 1
    return Epoch(run, "cluster", 1, 1, time.monotonic(), 1)


def renewed(weights, **changes):
    method, renewal, x = prepared(weights, **changes)
    before = method.embed(x).detach()
    round_ = epoch()
    renewal.run(round_, before, method.params.lr)
    return method, before, method.embed(x).detach(), round_.means()


def spread(z):
    """Share of the variance that lies within the two clusters."""
    within = sum(float((part - part.mean(dim=0)).square().sum()) for part in (z[::2], z[1::2]))
    return within / float((z - z.mean(dim=0)).square().sum())


def test_the_pull_tightens_the_clusters_and_the_cross_entropy_keeps_them_apart():
    method, before, after, _ = renewed((1.0, 1.0, 0.0), steps=200)
    assert spread(after) < 0.5 * spread(before)
    assert (method.classifiers(after)[:, 0].argmax(dim=1) == torch.arange(40) % 2).float().mean() > 0.9


def test_without_any_weight_nothing_moves():
    _, before, after, _ = renewed((0.0, 0.0, 0.0))
    assert torch.equal(before, after)


def test_samples_without_clusters_teach_the_classifiers_nothing():
    method, renewal, x = prepared()
    renewal.centers = torch.randn(4, 2, 2, generator=generator())
    z = method.embed(x).detach().requires_grad_()
    renewal._of_clusters(z, renewal.lesson.labels[:10])[1].sum().backward()
    assert method.classifiers.linear.weight.grad is None
    assert (z.grad.abs().sum(dim=1) > 0).all()


def test_labeled_and_other_samples_are_pulled_by_a_mean_each_to_centers_that_have_moved_before():
    method, renewal, _ = prepared()
    old = renewal.centers = torch.randn(4, 2, 2, generator=generator())
    known, others = torch.tensor([4, 7, 9]), torch.tensor([40, 41, 42, 43, 44])
    data = next(renewal.data.blocks(60))
    z = method.embed(data).detach()
    batches = [Batch(known, data[renewal.lesson.index[renewal.lesson.train[known]]], None),
               Batch(others, data[others], None)]  # fmt: skip
    round_ = epoch()
    renewal._loss(round_, *batches)
    total = 0.0
    for rows, own in ((renewal.lesson.train[known], True), (others, False)):
        for j in rows.tolist():
            for i, g in enumerate(method.classifiers(z[j : j + 1]).softmax(dim=2)[0]):
                c = j % 2 if own else int(g.argmax())
                of_batch = [k for k in renewal.lesson.train[known].tolist() if k % 2 == c]
                mu = (old[i, c] + z[of_batch].mean(dim=0)) / 2 if of_batch else old[i, c]
                total += (g[c] * (mu - z[j]).square().mean()).item() / len(rows) / 4
    assert round_.means()["pull"] == pytest.approx(total, rel=1e-4)


def test_the_loss_on_held_out_samples_weighs_as_it_is_told():
    method, renewal, x = prepared()
    renewal.centers = torch.randn(4, 2, 2, generator=generator())
    rows = x[renewal.lesson.held]
    renewal.held = Weights(torch.zeros(4), 1.0, 1.0, 2.0)
    error = (method.net.decode(method.net.encode(rows)) - rows).square().mean()
    assert renewal._held() == pytest.approx(2 * error.item(), rel=1e-5)
    renewal.held = Weights(torch.tensor([0.0, 3.0, 0.0, 0.0]), 1.0, 0.0, 0.0)
    g = method.classifiers(method.embed(rows))[:, 1].softmax(dim=1)
    own = g[torch.arange(len(rows)), renewal.lesson.held % 2]
    assert renewal._held() == pytest.approx(-3 * own.log().mean().item(), rel=1e-5)


@pytest.mark.parametrize(("entropy", "pull"), [(0.0, 0.7), (0.3, 0.0), (2.5, 0.7)])
def test_each_members_cross_entropy_and_pull_are_weighed_on_their_own(entropy, pull):
    method, renewal, _ = prepared(moving_centers=False)
    centers = renewal.centers = torch.randn(4, 2, 2, generator=generator())
    members = [0.4, 0.0, 1.5, 0.2]
    renewal.weights = renewal.held = Weights(torch.tensor(members), entropy, pull, 0.0)
    data = next(renewal.data.blocks(60))
    known, total = torch.tensor([4, 7, 9]), 0.0
    for j in renewal.lesson.train[known].tolist():
        z = method.embed(data[j : j + 1])[0].detach()
        for i, weight in enumerate(members):
            g = float(method.classifiers(z[None]).detach()[0, i].softmax(dim=0)[j % 2])
            apart = float((centers[i, j % 2] - z).square().mean())
            total += weight * (pull * g * apart - entropy * math.log(g)) / len(known)
    rows = renewal.lesson.train[known]
    batch = Batch(known, data[renewal.lesson.index[rows]], None)
    assert renewal._loss(epoch(), batch, None).item() == pytest.approx(total, rel=1e-4)
    renewal.lesson = replace(renewal.lesson, held=rows)
    assert renewal._held() == pytest.approx(total, rel=1e-4)


def test_the_reconstruction_counts_labeled_and_other_samples_and_is_left_out_without_weight():
    assert "auxiliary" in renewed((1.0, 1.0, 0.5))[3]
    assert "auxiliary" not in renewed((1.0, 1.0, 0.0))[3]


@pytest.mark.parametrize("moving", [False, True])
def test_centers_stay_for_the_paper_and_move_for_the_code(moving):
    method, renewal, x = prepared(moving_centers=moving)
    z = method.embed(x).detach()
    renewal.run(epoch(), z, 0.05)
    first = z[renewal.lesson.train]
    means = torch.stack([first[renewal.labels[:, 0] == j].mean(dim=0) for j in range(2)])
    assert torch.allclose(renewal.centers[0], means, atol=1e-5) == (not moving)


def test_a_step_into_the_infinite_is_taken_back_and_tried_at_half_the_rate(monkeypatch):
    method, renewal, x = prepared()
    rates, start = [], method.net.encoder[1].weight.clone()

    def descend(_, rate):
        assert torch.equal(method.net.encoder[1].weight, start)
        method.net.encoder[1].weight.data.fill_(float("nan"))
        rates.append(rate)
        return len(rates) == 3

    monkeypatch.setattr(renewal, "_descend", descend)
    renewal.run(epoch(), method.embed(x).detach(), 0.8)
    assert rates == pytest.approx([0.8, 0.4, 0.2])


def test_an_update_that_always_fails_says_so():
    method, renewal, x = prepared()
    renewal.weights = Weights(torch.full((4,), float("nan")), 1.0, 1.0, 1.0)
    with pytest.raises(Diverged, match="11 learning rates"):
        renewal.run(epoch(), method.embed(x).detach(), 0.1)
