import statistics

import pytest

from benchmarks.quality.brb import report

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
    claims = report.verdict(report.summaries(found, SETS))
    assert [claim["met"] for claim in claims] == pytest.approx([5, 4.5, 20, 90, 80])
    assert [claim["holds"] for claim in claims] == [True, False, True, True, False]


def test_what_has_no_score_is_neither_held_nor_missed():
    found = [*scores("dec-plain-scratch", digits=[70], mnist=[60]), *scores("dec-brb-scratch", digits=[90])]
    claims = report.verdict(report.summaries(found, SETS))
    assert [claim["holds"] for claim in claims] == [None, None, None, True, False]
    assert report.sentences(claims)[0].startswith("not measured")


def test_rows_have_a_cell_for_each_column():
    rows = report.summaries(scores("dcn-reset-pretrained", mnist=[50, 60]), SETS)
    (line,) = report.cells(rows, SETS)
    assert len(line) == len(report.columns(SETS))
    assert line[:2] == ("pretrained", "DCN + reset")
