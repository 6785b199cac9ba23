from types import SimpleNamespace

import pytest
import torch

from clustering.errors import Cancelled
from clustering.losses.ensemble import cross_entropies
from clustering.nets.classifiers import Classifiers
from clustering.params import parse
from clustering.run import Run
from clustering.stages.lesson import learn, lesson, slopes
from clustering.stages.partitions import Partitions, one_hot

SPEC = {"method": "deccs", "n_clusters": 3, "batch_size": 16, "classifier_steps": 200, "classifier_lr": 0.5}


def generator():
    return torch.Generator().manual_seed(0)


def taught(labels, n=100):
    rows = torch.arange(len(labels))
    return lesson(Partitions(rows, labels), 2 * rows, n, 0.5, generator=generator())


def blobs(m=48):
    labels = torch.arange(m) % 3
    z = torch.eye(3)[labels] * 8 + torch.randn(m, 3, generator=generator())
    return z, torch.stack([labels, (labels + 1) % 3], dim=1)


def learned(z, lesson, run=None, **changes):
    params = parse(SPEC | changes)
    learner = SimpleNamespace(params=params, classifiers=Classifiers(2, 3, 3), net=None)
    learn(run or Run(), learner, z, lesson, generator=generator())
    return learner.classifiers


def missed(classifiers, z, labels):
    return cross_entropies(classifiers(z).log_softmax(dim=2), labels)


def test_a_lesson_parts_the_samples_that_members_labeled_from_all_others():
    found = taught(torch.zeros(10, 2, dtype=torch.int64))
    assert found.index.tolist() == list(range(0, 20, 2))
    assert sorted(found.index.tolist() + found.rest.tolist()) == list(range(100))


def test_the_classifiers_of_a_separable_embedding_reach_nearly_no_loss():
    z, labels = blobs()
    before = missed(learned(z, taught(labels), classifier_steps=0), z, labels)
    after = missed(learned(z, taught(labels)), z, labels)
    assert (before > 0.5).all()
    assert (after < 0.02).all()


def test_training_classifiers_together_is_training_each_alone():
    z, labels = blobs()
    together = learned(z, taught(labels), classifier_steps=20, classifier_lr=0.01)
    alone = learned(z, taught(labels[:, [0, 0]]), classifier_steps=20, classifier_lr=0.01)
    torch.testing.assert_close(together(z)[:, 0], alone(z)[:, 0])


def test_learning_hears_a_cancel():
    z, labels = blobs()
    with pytest.raises(Cancelled):
        learned(z, taught(labels), Run(stop=lambda: "cancel"))


def test_classifiers_descend_as_pytorchs_with_momentum_and_the_networks_decay():
    z, labels = blobs()
    decay = {"optimizer": {"type": "sgd", "momentum": 0.5, "weight_decay": 0.3}}
    together = {"batch_size": 64, "classifier_steps": 5, "patience": 1000, "holdout": 0.5}
    found = learned(z, whole := taught(labels), **decay, **together)
    drawn = generator()
    expected = Classifiers(2, 3, 3)
    expected.start(whole.counts, drawn)
    weight, bias = expected.linear.weight, expected.linear.bias
    groups = [{"params": [weight], "weight_decay": 0.3}, {"params": [bias], "weight_decay": 0.0}]
    descent = torch.optim.SGD(groups, lr=0.5, momentum=0.9)
    best, least = None, torch.inf
    for _ in range(5):
        descent.zero_grad()
        missed(expected, z[whole.train], labels[whole.train]).sum().backward()
        descent.step()
        held = float(missed(expected, z[whole.held], labels[whole.held]).sum())
        if held < least:
            best, least = weight.detach().clone(), held
    torch.testing.assert_close(found.linear.weight.detach(), best)


def test_a_pass_meets_each_sample_be_it_labeled_or_not():
    few = taught(torch.zeros(40, 2, dtype=torch.int64))
    assert few.steps_a_pass(10) == 6
    assert taught(torch.zeros(90, 2, dtype=torch.int64), n=200).steps_a_pass(10) == 11
    assert taught(torch.zeros(90, 2, dtype=torch.int64), n=181).steps_a_pass(10) == 9


def test_the_slopes_of_the_classifiers_are_the_gradient_of_their_cross_entropies():
    z, labels = blobs()
    classifiers = Classifiers(2, 4, 3)
    classifiers.start(torch.tensor([3, 3]), generator())
    missed(classifiers, z, labels).sum().backward()
    found = slopes(classifiers, z, one_hot(labels, 4))
    torch.testing.assert_close(found[0], classifiers.linear.weight.grad)
    torch.testing.assert_close(found[1], classifiers.linear.bias.grad)
