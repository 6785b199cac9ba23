import torch
from torch import nn

from clustering.stages.course import Course


def after(*agreements):
    course, module = Course(), nn.Linear(1, 1)
    for number, agreement in enumerate(agreements):
        nn.init.constant_(module.weight, number)
        course.enter(module, agreement)
    return course, module


def test_the_round_with_the_largest_agreement_is_kept_the_latest_of_equals():
    for agreements in ((0.4, 0.9, 0.7), (0.9, 0.9, 0.7)):
        course, module = after(*agreements)
        course.restore(module)
        assert module.weight.item() == 1


def test_a_resumed_course_keeps_the_same_round():
    course, module = after(0.4, 0.9, 0.7)
    resumed = Course()
    resumed.load_state_dict(course.state_dict())
    resumed.enter(module, 0.8)
    resumed.restore(module)
    assert module.weight.item() == 1


def test_rounds_end_where_agreement_stands_still():
    assert after(0.5, 0.5005)[0].settled(1e-3)
    assert not after(0.5, 0.502)[0].settled(1e-3)
    assert not after(0.5)[0].settled(1e-3)


def test_rounds_end_where_agreement_did_not_rise_for_three():
    assert not after(0.9, 0.7, 0.8)[0].settled(1e-3)
    assert after(0.9, 0.7, 0.8, 0.9015)[0].settled(1e-3)
    assert not after(0.9, 0.7, 0.8, 0.903)[0].settled(1e-3)


def test_rounds_end_once_members_agree_in_full_whatever_the_threshold():
    assert after(0.5, 1.0)[0].settled(None)
    assert after(0.5, 1 - 1e-12)[0].settled(1e-3)
    assert not after(1.0, 0.999)[0].settled(None)


def test_without_a_threshold_every_round_is_taken():
    assert not after(*[torch.tensor(0.5).item()] * 9)[0].settled(None)
