import pytest

from benchmarks.speed.shares import Clock, Inside, share
from clustering.run import Metrics


def test_a_share_is_of_one_call_in_so_many_epochs():
    spent, epochs = [(1.0, 0.5), (9.0, 9.0), (1.0, 0.5)], [(0.9, 0.9), (0.9, 0.9), (7.0, 7.0)]
    found = share(spent, epochs, every=10, limit=0.1)
    assert found["share"] == pytest.approx(1 / (9 + 1))
    assert found["cpu_share"] == pytest.approx(0.5 / 9.5)
    assert (found["call_s"], found["epoch_s"], found["holds"]) == (1.0, 0.9, True)
    assert share(spent, epochs, every=10, limit=0.09)["holds"] is False


def test_a_timed_function_works_as_before_and_tells_its_calls():
    timed = Inside(divmod)
    assert timed(7, 2) == (3, 1)
    with pytest.raises(ZeroDivisionError):
        timed(1, 0)
    assert len(timed.seconds) == 2
    assert all(seconds >= 0 for call in timed.seconds for seconds in call)


def test_a_clock_counts_epochs_of_the_clustering_alone():
    clock = Clock()
    for stage in ("pretrain", *["cluster"] * 5):
        clock(Metrics(1, stage, 1, {}))
    assert clock.seconds(start=0).shape == (2, 2)
    assert clock.seconds(start=1).shape == (2, 2)
