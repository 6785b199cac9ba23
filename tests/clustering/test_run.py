import pytest
import torch

from clustering.errors import Cancelled
from clustering.run import Run


def draws(run, *purpose):
    return torch.rand(5, generator=run.generator(*purpose)).tolist()


def test_a_generator_draws_the_same_for_the_same_seed_purpose_and_epoch():
    assert draws(Run(seed=1), "cluster", 3) == draws(Run(seed=1), "cluster", 3)


@pytest.mark.parametrize("other", [(Run(seed=2), "a", 1), (Run(seed=1), "b", 1), (Run(seed=1), "a", 2)])
def test_a_generator_draws_otherwise_for_another_seed_purpose_or_epoch(other):
    assert draws(Run(seed=1), "a", 1) != draws(*other)


def test_a_seed_for_a_purpose_is_the_same_in_every_release():
    assert Run(seed=0).seed_for("kmeans") == 1002503104


def test_the_first_time_is_once():
    run = Run()
    assert run.first_time("centers") and not run.first_time("centers") and run.first_time("counts")


def test_only_a_cancel_stops_at_once():
    Run(stop=lambda: "drain").check()
    Run().check()
    with pytest.raises(Cancelled):
        Run(stop=lambda: "cancel").check()
