import pytest
import torch

from clustering import engine
from clustering.errors import Cancelled
from clustering.params import parse
from clustering.partition.nonredundant import Options
from clustering.partition.nrkmeans import nrkmeans
from clustering.run import Progress, Run
from clustering.search import Search
from clustering.stages.placing_spaces import place_spaces
from tests.clustering.partition.subspaces import seeded, two_subspaces

SPECS = [
    {"method": "nrkmeans", "n_clusters": [3, 3, 1], "n_init": 3},
    {"method": "subkmeans", "n_clusters": 3, "n_init": 3},
    {"method": "autonr", "repetitions": 2},
    {"method": "nrdipmeans", "n_spaces": 2},
]


def fit(spec, **run):
    return engine.fit(two_subspaces(n=120)[0].numpy(), parse(spec), Run(**run))


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec["method"])
def test_progress_comes_with_every_iteration_and_rises(spec):
    heard = []
    result = fit(spec, report=heard.append)
    assert all(isinstance(report, Progress) and report.stage == "search" for report in heard)
    fractions = [report.fraction for report in heard]
    assert len(fractions) >= result.extras["spaces"]["iterations"]
    assert fractions == sorted(fractions)
    assert 0 <= fractions[0] < fractions[-1] < 1


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec["method"])
def test_a_cancel_is_heard_before_the_next_iteration(spec):
    heard = []
    with pytest.raises(Cancelled):
        fit(spec, report=heard.append, stop=lambda: "cancel" if len(heard) == 4 else None)
    assert len(heard) == 4


def test_parts_of_several_starts_add_up_to_all_of_them():
    parts = []
    options = Options(max_iter=10, check=parts.append)
    nrkmeans(two_subspaces(n=100)[0], [3, 3, 1], seeded(), n_init=4, options=options)
    assert parts == sorted(parts)
    assert {int(4 * part + 1e-9) for part in parts} == {0, 1, 2, 3}
    assert {0.0, 0.25, 0.5, 0.75} <= set(parts)
    assert parts[1] == pytest.approx(1 / 10 / 4)


def test_a_search_of_known_length_tells_the_seconds_left_and_never_goes_back():
    heard = []
    search = Search(Run(report=heard.append))
    for part in (0.0, 0.5, 0.25):
        search.reach(part)
    assert [report.fraction for report in heard] == [0, 0.5, 0.5]
    assert heard[0].eta_s is None
    assert heard[1].eta_s >= 0


def test_a_search_of_unknown_length_is_half_done_after_a_hundred_iterations_and_never_whole():
    heard = []
    search = Search(Run(report=heard.append))
    for _ in range(300):
        search.go_on()
    assert heard[99].fraction == 0.5
    assert heard[299].fraction == 0.75
    assert heard[299].eta_s is None


@pytest.mark.parametrize(
    "method", [{"method": "enrc", "n_clusters": [3, 3]}, {"method": "acedec", "n_clusters": 3}]
)
def test_the_first_spaces_of_an_embedding_are_found_within_hearing(method):
    asked = iter([None] * 3 + ["cancel"] * 9)
    params = parse(method | {"init": "nrkmeans"})
    with pytest.raises(Cancelled):
        place_spaces(Run(stop=lambda: next(asked)), torch.randn(200, 6), (3, 3), params)
