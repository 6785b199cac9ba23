import math

import pytest
import torch

from clustering.losses.pseudo_labels import class_weights, confident_cross_entropy, pseudo_labels

NOBODY = torch.zeros(6, dtype=torch.bool)


@pytest.fixture
def logits():
    return torch.randn(6, 4, generator=torch.Generator().manual_seed(0), dtype=torch.float64)


LABELS = torch.tensor([2, 0, 2, 3, 2, 0])
CONFIDENT = torch.tensor([True, True, True, False, True, False])


def nats(row, label):
    """Cross-entropy of one row."""
    return math.log(sum(math.exp(each) for each in row)) - row[label]


def test_the_balanced_loss_is_the_mean_over_present_classes_of_each_ones_mean(logits):
    rows, classes = logits.tolist(), {0: [1], 2: [0, 2, 4]}
    means = [sum(nats(rows[i], c) for i in members) / len(members) for c, members in classes.items()]
    loss = confident_cross_entropy(logits, LABELS, CONFIDENT)
    assert loss.item() == pytest.approx(sum(means) / 2, rel=1e-6)


def test_the_plain_loss_is_the_mean_over_confident_samples(logits):
    rows = logits.tolist()
    expected = sum(nats(rows[i], LABELS[i]) for i in (0, 1, 2, 4)) / 4
    loss = confident_cross_entropy(logits, LABELS, CONFIDENT, class_balanced=False)
    assert loss.item() == pytest.approx(expected, rel=1e-9)


def test_it_is_the_librarys_cross_entropy_of_the_masked_samples_under_the_class_weights(logits):
    weights = torch.tensor([4 / 1, 1, 4 / 3, 1], dtype=torch.float64)
    expected = torch.nn.functional.cross_entropy(logits[CONFIDENT], LABELS[CONFIDENT], weight=weights)
    torch.testing.assert_close(confident_cross_entropy(logits, LABELS, CONFIDENT), expected)
    torch.testing.assert_close(class_weights(LABELS, CONFIDENT, 4), weights.float())


def test_weights_of_equally_frequent_classes_are_the_number_of_present_classes():
    labels = torch.tensor([0, 1, 3, 3, 1, 0])
    everybody = torch.ones(6, dtype=torch.bool)
    assert class_weights(labels, everybody, 5).tolist() == [3, 3, 1, 3, 1]


def test_without_a_confident_sample_loss_and_gradient_are_zero(logits):
    logits.requires_grad_()
    loss = confident_cross_entropy(logits, LABELS, NOBODY)
    loss.backward()
    assert loss.item() == 0
    assert (logits.grad == 0).all()
    assert class_weights(LABELS, NOBODY, 4).tolist() == [1] * 4


def test_samples_that_are_not_confident_get_no_gradient(logits):
    logits.requires_grad_()
    confident_cross_entropy(logits, LABELS, CONFIDENT).backward()
    assert (logits.grad.abs().sum(dim=1) > 0).tolist() == CONFIDENT.tolist()


def test_a_label_is_confident_where_its_probability_is_above_the_threshold():
    odds = torch.tensor([[98.0, 1.0, 1.0], [1.0, 199.0, 0.0], [0.0, 0.0, 5.0], [1.0, 1.0, 0.0]])
    logits = (odds + 1e-30).log().requires_grad_()
    labels, confident = pseudo_labels(logits, 0.99)
    assert labels.tolist()[:3] == [0, 1, 2]
    assert confident.tolist() == [False, True, True, False]
    assert not labels.requires_grad and not confident.requires_grad
    assert pseudo_labels(logits, 0.0)[1].all()
