import json

import pytest

from benchmarks.speed import cutting, merging, uspec
from benchmarks.speed.ensembles import judged, pairs


@pytest.mark.parametrize(
    ("what", "row", "holds"),
    [
        ("diversity", {"figure": 0.1}, True),
        ("diversity", {"figure": 0.11}, False),
        ("consensus", {"figure": 59.0, "peak_gib": 3.9}, True),
        ("consensus", {"figure": 59.0, "peak_gib": 4.1}, False),
        ("uspec", {"figure": 59.0, "peak_gib": 3.1}, False),
        ("uspec-doubled", {"figure": 2.3}, False),
        ("uspec-rings-rbf", {"figure": 0.1, "nmi_lead": -0.02}, True),
        ("uspec-rings-rbf", {"figure": 0.1, "nmi_lead": -0.03}, False),
        ("uspec-rings-rbf", {"figure": 0.11, "nmi_lead": 0.0}, False),
    ],
)
def test_a_claim_holds_within_time_and_memory(what, row, holds):
    assert judged(what, row)["holds"] is holds


def test_products_tell_the_same_as_the_loop():
    assert pairs(1)["apart"] < 1e-12


def test_merging_tells_its_time_memory_and_agreement(capsys):
    merging.main(2000)
    told = json.loads(capsys.readouterr().out)
    assert told["distinct"] == 2000
    assert told["ari"] > 0.95
    assert min(told["figure"], told["peak_gib"]) > 0


def test_a_process_of_its_own_tells_what_cutting_takes():
    told = uspec.told("uspec", "crescents", 1100, one_thread=True)
    assert told["nmi"] > 0.9
    assert min(told["figure"], told["peak_gib"]) > 0


def test_the_peer_tells_the_same(capsys):
    cutting.main("rbf", "crescents", 1100)
    told = json.loads(capsys.readouterr().out)
    assert told["nmi"] > 0.9
    assert min(told["figure"], told["peak_gib"]) > 0
