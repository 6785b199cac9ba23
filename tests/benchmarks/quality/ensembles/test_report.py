import statistics

import pytest

from benchmarks.quality.claims import verdict
from benchmarks.quality.ensembles import report


def score(cell, seed=0, nmi=50.0, **own):
    return {"cell": cell, "seed": seed, "nmi": nmi, "acc": 60.0, "ari": 40.0, "seconds": 2.0} | {
        "net_seconds": 3.0,
        **own,
    }


def diverse(target, *met):
    cell = f"mnist/divclust_cc-{target}"
    return [score(cell, seed, diversity=d, seen_diversity=d - 0.1) for seed, d in enumerate(met)]


def holds(text, *scores):
    found = {each["claim"]: each["holds"] for each in verdict(report.CLAIMS, report.summaries(scores))}
    return found[text]


def test_a_row_has_moments_over_seeds_and_the_seconds_of_its_net():
    (row,) = report.summaries([score("digits/cc", seed, nmi) for seed, nmi in enumerate((50.0, 60.0))])
    assert row["nmi"] == (55.0, statistics.stdev([50, 60]))
    assert row["fit_s"] == 5
    (line,) = report.cells([row])
    assert len(line) == len(report.COLUMNS)
    assert line[:2] == ("digits/cc", "55.0 ± 7.1")
    assert line[4] == ""


def test_likeness_is_told_at_the_end_and_in_training():
    (line,) = report.cells(report.summaries(diverse(0.8, 0.75, 0.77)))
    assert line[4].startswith("0.660")
    assert line[5].startswith("0.760")


@pytest.mark.parametrize(("worst", "held"), [(0.819, True), (0.821, False)])
def test_the_worst_seed_decides_whether_a_target_is_kept(worst, held):
    text = "mnist/divclust_cc-0.8: D^R of clean samples ≤ 0.8 + 0.02 with every seed"
    assert holds(text, *diverse(0.8, 0.5, worst)) is held
    in_training = "mnist/divclust_cc-0.8: D^R ≤ 0.8 + 0.02 with every seed"
    assert holds(in_training, *diverse(0.8, 0.5, worst + 0.1)) is held


def test_likeness_is_to_fall_to_each_target_below_it():
    text = "mnist: mean D^R of clean samples falls, by 0.001 or more, where a target binds, and rises nowhere"
    falling = [*diverse(1, 0.95), *diverse(0.9, 0.85), *diverse(0.8, 0.8)]
    assert holds(text, *falling) is None
    assert holds(text, *falling, *diverse(0.7, 0.7)) is True
    assert holds(text, *falling, *diverse(0.7, 0.8)) is False
    assert holds(text, *falling, *diverse(0.7, 0.81)) is False
    idle = [*diverse(1, 0.65), *diverse(0.9, 0.65), *diverse(0.8, 0.65)]
    assert holds(text, *idle, *diverse(0.7, 0.65)) is True
    assert holds(text, *idle, *diverse(0.7, 0.66)) is False


@pytest.mark.parametrize(("ours", "other"), [("deepclue", "cc"), ("digpro", "propos")])
def test_one_method_is_to_be_no_lower_than_another(ours, other):
    text = f"digits/{ours} is no lower than digits/{other} in mean NMI"
    baseline = score(f"digits/{other}", nmi=50.0)
    assert holds(text, score(f"digits/{ours}", nmi=50.0), baseline) is True
    assert holds(text, score(f"digits/{ours}", nmi=49.0), baseline) is False
