import statistics

import pytest

from benchmarks.quality.brb import report
from benchmarks.quality.claims import sentences, verdict

SETS = ("digits", "mnist")


def scores(cell, **acc):
    return [
        {"cell": cell.split("-"), "dataset": dataset, "seed": seed, "seconds": 1.0}
        | {"acc": value, "nmi": value / 2, "ari": 0.0}
        for dataset, values in acc.items()
        for seed, value in enumerate(values)
    ]


def test_a_row_has_mean_and_deviation_over_seeds_and_the_mean_over_sets():
    (row,) = report.summaries(scores("dec-brb-scratch", digits=[80, 90, 85], mnist=[50, 60, 70]), SETS)
    assert row["sets"]["digits"]["acc"] == (85, statistics.stdev([80, 90, 85]))
    assert row["sets"]["mnist"]["nmi"][0] == 30
    assert row["mean_acc"] == (85 + 60) / 2


def test_scratch_comes_before_pretrained_and_plain_before_brb():
    cells = ["dec-brb-pretrained", "idec-plain-scratch", "dec-brb-scratch", "dec-plain-scratch"]
    rows = report.summaries([s for cell in cells for s in scores(cell, digits=[1])], SETS)
    assert [row["cell"] for row in rows] == [cells[3], cells[2], cells[1], cells[0]]


def test_a_lift_is_judged_over_both_sets():
    found = [
        *scores("dec-plain-scratch", digits=[70], mnist=[60]),
        *scores("dec-brb-scratch", digits=[72], mnist=[68]),
        *scores("idec-plain-scratch", digits=[70], mnist=[60]),
        *scores("idec-brb-scratch", digits=[72], mnist=[67]),
        *scores("dcn-plain-scratch", digits=[70], mnist=[60]),
        *scores("dcn-brb-scratch", digits=[90], mnist=[80]),
    ]
    claims = verdict(report.CLAIMS, report.summaries(found, SETS))
    assert [claim["margin"] for claim in claims] == pytest.approx([0, -0.5, 20, 5, -5])
    assert [claim["holds"] for claim in claims] == [True, False, True, True, False]


def test_what_has_no_score_is_neither_held_nor_missed():
    found = [*scores("dec-plain-scratch", digits=[70], mnist=[60]), *scores("dec-brb-scratch", digits=[90])]
    claims = verdict(report.CLAIMS, report.summaries(found, SETS))
    assert [claim["holds"] for claim in claims] == [None, None, None, True, False]
    assert sentences(claims)[0].startswith("not measured")


def test_a_lift_is_not_judged_between_different_numbers_of_seeds():
    found = [
        *scores("dec-plain-scratch", digits=[70, 70], mnist=[60]),
        *scores("dec-brb-scratch", digits=[80], mnist=[70]),
    ]
    assert verdict(report.CLAIMS, report.summaries(found, SETS))[0]["holds"] is None


def test_rows_have_a_cell_for_each_column():
    rows = report.summaries(scores("dcn-reset-pretrained", mnist=[50, 60]), SETS)
    (line,) = report.cells(rows, SETS)
    assert len(line) == len(report.columns(SETS))
    assert line[:2] == ("pretrained", "DCN + reset")
