import pytest
from torch import nn
from torch.optim import SGD

from clustering.stages.patience import LEAST_GAIN, Patience


def patient(patience=4):
    module = nn.Linear(1, 1)
    descent = SGD(module.parameters(), lr=1.0)
    return module, descent, Patience([module], descent.param_groups, patience)


def test_the_state_of_the_least_loss_comes_back():
    module, _, patience = patient()
    for number, loss in enumerate([3.0, 1.0, 2.0]):
        nn.init.constant_(module.weight, number)
        patience.goes_on(loss)
    patience.restore()
    assert module.weight.item() == 1


def test_a_gain_too_small_to_go_on_for_is_kept_all_the_same():
    module, _, patience = patient(patience=3)
    goes_on = []
    for number in range(4):
        nn.init.constant_(module.weight, number)
        goes_on.append(patience.goes_on(1 - number * LEAST_GAIN / 4))
    patience.restore()
    assert (goes_on, module.weight.item()) == ([True, True, True, False], 3)


def test_small_gains_that_add_up_are_worth_to_go_on_for():
    patience = patient(patience=3)[2]
    assert all(patience.goes_on(1 - number * LEAST_GAIN * 0.6) for number in range(9))


def test_a_module_that_was_never_judged_stays():
    module, _, patience = patient()
    nn.init.constant_(module.weight, 5)
    patience.restore()
    assert module.weight.item() == 5


def test_training_ends_after_so_many_passes_without_gain():
    patience = patient()[2]
    assert [patience.goes_on(loss) for loss in [1, 1, 1, 1 - LEAST_GAIN / 2, 1]] == [True] * 4 + [False]


def test_a_plateau_of_half_the_patience_lowers_the_rate_by_a_tenth():
    _, descent, patience = patient()
    rates = []
    for loss in [1, 1, 1, 0.5, 0.5, 0.5]:
        patience.goes_on(loss)
        rates.append(descent.param_groups[0]["lr"])
    assert rates == pytest.approx([1, 1, 0.9, 0.9, 0.9, 0.81])
