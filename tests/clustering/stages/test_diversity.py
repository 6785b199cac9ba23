import numpy as np
import pytest
import torch
from sklearn.metrics import normalized_mutual_info_score

from clustering.losses.diversity import diversity
from clustering.params import parse
from clustering.stages import diversity as module
from clustering.stages.diversity import Control

HEADS, K = 3, 4


def control(**spec):
    fields = {"heads": HEADS, "target": 0.5, "bound_every": 1, "memory": 50} | spec
    return Control(parse({"method": "divclust_cc", "n_clusters": K} | fields), torch.ones(()))


def batch(seed, n=20, heads=HEADS):
    generator = torch.Generator().manual_seed(seed)
    return (3 * torch.randn(heads, n, K, generator=generator)).softmax(dim=2)


def alike(n=20):
    """Clusterings that all say the same."""
    return batch(0, n, heads=1).expand(HEADS, n, K)


def test_the_memory_keeps_the_newest_first():
    held, seen = control(memory=50), []
    for seed in range(4):
        held.loss(batch(seed))
        seen.insert(0, batch(seed).argmax(dim=2))
        assert held.memory.shape == (HEADS, min(20 * (seed + 1), 50))
        assert torch.equal(held.memory.long(), torch.cat(seen, dim=1)[:, :50])


def test_agreement_is_the_mean_nmi_over_the_memory():
    held = control(memory=50)
    for seed in range(3):
        held.loss(batch(seed))
    labels = held.memory.numpy()
    pairs = [normalized_mutual_info_score(labels[i], labels[j]) for i in range(HEADS) for j in range(i)]
    assert held.agreement().item() == pytest.approx(np.mean(pairs), abs=1e-6)


def test_clusterings_that_agree_lower_the_bound_from_the_first_step_on():
    held = control()
    held.loss(alike())
    assert held.agreement() == 1
    assert held.bound.item() == pytest.approx(0.99)


def test_the_bound_moves_by_its_step_and_only_when_due():
    held, bounds = control(bound_every=3, bound_step=0.1), []
    for _ in range(7):
        held.loss(alike())
        bounds.append(held.bound.item())
    assert bounds == pytest.approx([0.9] * 3 + [0.81] * 3 + [0.729])


def test_the_bound_rises_while_clusterings_differ_enough_but_never_above_one():
    held = control(target=0.9)
    held.bound.fill_(0.985)
    for expected in (0.985 * 1.01, 1, 1):
        held.loss(batch(1))
        assert held.bound.item() == pytest.approx(expected)


def test_the_loss_is_taken_under_the_bound_that_the_batch_has_moved():
    held = control(bound_step=0.3)
    expected = diversity(alike(), torch.tensor(0.7), "code")
    assert held.loss(alike()).item() == pytest.approx(expected.item()) != 0


def test_without_a_target_nothing_is_compared(monkeypatch):
    held = control(target=1)
    monkeypatch.setattr(module, "nmi_of_pairs", None)
    for _ in range(3):
        assert held.loss(alike()) == 0
    assert held.bound == 1


def test_an_interrupted_control_goes_on_as_an_undisturbed_one():
    whole, first, second = (control(bound_every=2) for _ in range(3))
    for seed in range(3):
        whole.loss(batch(seed))
        first.loss(batch(seed))
    second.load_state_dict(first.state_dict())
    second.bound.copy_(first.bound)
    for seed in range(3, 6):
        assert whole.loss(batch(seed)) == second.loss(batch(seed))
    assert torch.equal(whole.memory, second.memory)
    assert torch.equal(whole.bound, second.bound)
