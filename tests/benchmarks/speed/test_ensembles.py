import json
import subprocess
import sys

import pytest

from benchmarks.speed import uspec
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


def test_a_process_of_its_own_tells_what_merging_takes():
    command = [sys.executable, "-m", "benchmarks.speed.merging", "2000"]
    told = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    assert told["distinct"] == 2000
    assert told["ari"] > 0.95
    assert told["figure"] > 0


@pytest.mark.parametrize("who", ["uspec", "rbf"])
def test_a_process_of_its_own_tells_what_cutting_takes(who):
    told = uspec.told(who, "crescents", 1100, one_thread=True)
    assert told["nmi"] > 0.9
    assert told["figure"] > 0
